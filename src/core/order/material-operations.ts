import { STATE_OPERATIONS } from './state-operations.js';

/** The operations on a material (design 3.3), in the order in which they are listed to a reader. */
export const MATERIAL_OPERATIONS = [
  'Create',
  'Assign',
  'Remove',
  'ChangeProductionOrder',
  'MoveNext',
  'Ship',
  'Split',
  'Expand',
  'AdjustQuantity',
  'Terminate',
] as const;
export type MaterialOperation = (typeof MATERIAL_OPERATIONS)[number];

/** Their rule folders: the command's word, but `create` and `terminate` are the folders of an order's operations. */
export const MATERIAL_RULE_FOLDERS: Readonly<Record<MaterialOperation, string>> = {
  Create: 'material-create',
  Assign: 'assign',
  Remove: 'remove',
  ChangeProductionOrder: 'change-order',
  MoveNext: 'move',
  Ship: 'ship',
  Split: 'split',
  Expand: 'expand',
  AdjustQuantity: 'adjust',
  Terminate: 'material-terminate',
};

/**
 * The operation on a material that a text means where it can't mean one on an order: its rule folder, its name, or its
 * name as in hook points, `Material.Create`; null where it means none.
 */
export function materialOperationOf(text: string): MaterialOperation | null {
  const named = MATERIAL_OPERATIONS.find(
    (name) => text === `Material.${name}` || text === MATERIAL_RULE_FOLDERS[name],
  );
  if (named !== undefined) return named;
  const orders: readonly string[] = ['Create', ...STATE_OPERATIONS];
  return MATERIAL_OPERATIONS.find((name) => name === text && !orders.includes(name)) ?? null;
}
