/** What an operation on a material is to the line in `perform-materials.ts`: from a material and an input to what it comes to. */
import type { JsonObject } from '../../core/json.js';
import type { MaterialSubject } from '../../core/order/material-fact-values.js';
import type { MaterialOperation as MaterialOperationName } from '../../core/order/material-operations.js';
import type { MaterialProposal } from '../../core/order/material-proposals.js';
import type { OrderSnapshot } from '../../core/order/production-order.js';

export interface ProposeMaterial extends MaterialSubject {
  input: JsonObject;
  /** The first names after this one, `M1.1`, `M1.2`, that no material has. */
  freeNames: (base: string, count: number) => Promise<string[]>;
}

export interface MaterialOperation {
  name: MaterialOperationName;
  /** The rule folder. */
  word: string;
  title: string;
  /** JSON Schema of the input. */
  input: JsonObject;
  /** What the order that the input names is: the one it is about, or the one it leads to; none is named where null. */
  names: 'order' | 'newOrder' | null;
  propose(asked: ProposeMaterial): MaterialProposal | Promise<MaterialProposal>;
}

/** An order's name in an input. */
export const ORDER = { type: 'string', minLength: 1 };
/** Why quantity was lost or won. */
export const REASON = { type: 'string', minLength: 1, pattern: '\\S' };

/** The order that an operation with one names; the line has seen to it that it is there. */
export function named(order: OrderSnapshot | null): OrderSnapshot {
  if (order === null) throw new Error('The operation was asked about no order');
  return order;
}
