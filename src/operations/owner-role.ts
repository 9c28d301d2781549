/** An order with an owner role is acted on by its members only (design section 6). */
import type { ProductionOrder } from '../core/order/production-order.js';
import { refusal, type Violation } from '../core/rules/verdict.js';

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
