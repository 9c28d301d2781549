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
