/** Which rows of the host become events, and how their operation is told: what the triggers are generated from. */
import {
  MATERIAL_TRANSITIONS,
  ORDER_TRANSITIONS,
  type HostTransition,
} from '../../core/order/host-transition.js';

export interface CapturedEntity {
  /** The entity of the operation: `ProductionOrder.Release`. */
  entity: 'ProductionOrder' | 'Material';
  /** The host view whose mapping names the table and its columns; its fields but key and row version are watched. */
  view: string;
  transitions: readonly HostTransition[];
}

/** Fields of a host view that say which row it is, and nothing about it. */
export const KEY_FIELDS: ReadonlySet<string> = new Set(['Id', 'RowVersion']);

export const CAPTURED: readonly CapturedEntity[] = [
  { entity: 'ProductionOrder', view: 'HostProductionOrder', transitions: ORDER_TRANSITIONS },
  { entity: 'Material', view: 'HostMaterial', transitions: MATERIAL_TRANSITIONS },
];

/** The links of materials to orders: what a change of one is. */
export const CAPTURED_LINK = {
  view: 'HostProductionOrderMaterial',
  insert: 'Material.Assign',
  update: 'Material.ChangeProductionOrder',
  delete: 'Material.Remove',
} as const;

/** What a change of a link is told as. */
export const LINK_OPERATIONS: readonly string[] = [
  CAPTURED_LINK.insert,
  CAPTURED_LINK.update,
  CAPTURED_LINK.delete,
];
