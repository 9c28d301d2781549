/** An order with an owner role is acted on by its members only (design section 6). */
import type { ProductionOrder } from '../core/order/production-order.js';
import { OrderwrightError } from '../core/problem.js';
import { refusal, type Violation } from '../core/rules/verdict.js';
import type { PluginSession } from '../ports/plugin.js';

/**
 * Why these roles may not act on the order; null where they may.
 * @param roles null where whoever asks has all of them, as on the command line.
 */
export function foreignOwner(
  roles: readonly string[] | null,
  { name, ownerRole }: Pick<ProductionOrder, 'name' | 'ownerRole'>,
): Violation | null {
  if (roles === null || ownerRole === null || roles.includes(ownerRole)) return null;
  const message = `Production Order ${name} belongs to the role ${ownerRole}, and whoever asks is not a member of it.`;
  return refusal('OW_OWNER_ROLE', 'A member of the owner role', message);
}

/**
 * The same for a change that is about several orders at once: it is refused as a whole.
 * @throws OrderwrightError OW_OWNER_ROLE with every order that is somebody else's
 */
export async function checkOwners(
  session: PluginSession,
  roles: readonly string[] | null,
  names: readonly string[],
): Promise<void> {
  if (roles === null || names.length === 0) return;
  const orders = [...(await session.orders.load(names)).values()];
  const problems = orders.flatMap(({ order }) => {
    const foreign = foreignOwner(roles, order);
    return foreign === null ? [] : [{ path: order.name, code: foreign.code, message: foreign.message }];
  });
  const [first] = problems;
  if (first !== undefined)
    throw new OrderwrightError(first.code, `Nothing was done: ${first.message}`, problems);
}
