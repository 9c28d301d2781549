/** The identity of a production order step: order, source, flow path and batch (design 3.7, Apply). */
import { hash } from 'node:crypto';

/** What a step is built from: a material, or the part of the order's quantity that is on no material. */
export type StepSource = { readonly kind: 'material'; readonly name: string } | { readonly kind: 'rest' };

/** Hexadecimal digits of an id: 80 bits. */
const DIGITS = 20;

/** The same four always give the same id; a material named "rest" is another source than the rest. */
export function stepId(order: string, source: StepSource, flowPath: string, batch: number): string {
  return stepIds(order, source, flowPath)(batch);
}

/** The ids of a step's batches. */
export function stepIds(order: string, source: StepSource, flowPath: string): (batch: number) => string {
  const name = source.kind === 'material' ? source.name : null;
  // A list of plain values has one JSON text: it is canonical as it is, and the batch is the last of its values.
  const before = JSON.stringify([order, source.kind, name, flowPath]).slice(0, -1);
  return (batch) => hash('sha256', `${before},${batch}]`).slice(0, DIGITS);
}

export function sourceText(source: StepSource): string {
  return source.kind === 'material' ? source.name : 'rest';
}
