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
