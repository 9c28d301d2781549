/**
 * Start: Released -> InProgress by hand (seed 1); materials do not matter. An order that is included in planning gets
 * its materials (design 3.3), also where it is restricted.
 */
import type { JsonObject } from '../core/json.js';
import { startMaterials } from '../core/order/start-materials.js';
import type { Decision } from '../ports/plugin.js';
import { freeNames } from './material/free-names.js';
import type { DecideContext, Operation } from './operation.js';
import { proposeTransition } from './state-operation.js';

export const start: Operation = {
  name: 'Start',
  word: 'start',
  title: 'start an order',
  input: { type: 'object', additionalProperties: false },
  propose: (context) => proposeTransition(context, 'Start'),
  decide: withMaterials,
};

async function withMaterials({ snapshot, flowPath, session }: DecideContext): Promise<Decision> {
  const { name } = snapshot.order;
  const made = startMaterials(snapshot, flowPath);
  if (!made.ok) return { violations: [made.violation], warnings: [] };
  if (made.created.length === 0) return { violations: [], warnings: [] };
  const names = await freeNames(session.materials, name, made.created.length);
  const created = made.created.map((material, index) => ({ ...material, name: names[index] ?? '' }));
  const materials = created.map(({ name: of, quantity, units }): JsonObject => ({
    name: of,
    quantity,
    units,
  }));
  return {
    violations: [],
    warnings: [],
    answer: { materials },
    journal: { materials },
    apply: () => session.materials.insert(created, [{ order: name, accounts: true, current: true }]),
  };
}
