/** Reading materials with the orders that they are linked to, and writing what an operation decided. */
import type { MaterialChanges, NewMaterial } from '../core/order/material-proposals.js';
import type {
  Facility,
  MaterialRow,
  MaterialSnapshot,
  ProductionOrderMaterial,
} from '../core/order/production-order.js';

export interface MaterialStore {
  /**
   * A material with its orders; null where there is none of this name.
   * @param paths further flow paths that the operation will need.
   */
  load(name: string, paths?: readonly string[]): Promise<MaterialSnapshot | null>;
  /** The materials of these names that exist, each with the order that it belongs to now, or null. */
  currentOrders(names: readonly string[]): Promise<Map<string, string | null>>;
  /** Which of these names are taken. */
  existing(names: readonly string[]): Promise<Set<string>>;
  insert(materials: readonly NewMaterial[], links: readonly ProductionOrderMaterial[]): Promise<void>;
  /**
   * Writes the changes of a material that is still as it was read, and its links as they shall be.
   * @throws OrderwrightError OW_MATERIAL_CHANGED where its row version is another by now.
   */
  update(
    material: MaterialRow,
    changes: MaterialChanges,
    links: { before: readonly ProductionOrderMaterial[]; after: readonly ProductionOrderMaterial[] },
  ): Promise<void>;
  facility(name: string): Promise<Facility | null>;
}
