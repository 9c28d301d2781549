/** How often each rule refused and warned, counted from verdicts that were journalled. */
import type { VerdictRow } from './verdict.js';

export interface RuleCounts {
  /** Verdicts of the rule's operation, whatever they rested on. */
  asked: number;
  /** Of these, those that the rule refused. */
  refused: number;
  /** Those in which it was violated and refused nothing: a warning, observed, or overridden. */
  warned: number;
}

/**
 * @param rules each with its operation as the journal names it.
 * @returns by rule id.
 */
export function countVerdicts(
  rules: readonly { id: string; operation: string }[],
  verdicts: readonly { operation: string; verdict: Pick<VerdictRow, 'violations' | 'warnings'> }[],
): Map<string, RuleCounts> {
  const counts = new Map(rules.map(({ id }) => [id, { asked: 0, refused: 0, warned: 0 }]));
  const byOperation = new Map<string, RuleCounts[]>();
  for (const { id, operation } of rules) {
    const of = counts.get(id);
    if (of === undefined) continue;
    const asked = byOperation.get(operation);
    if (asked === undefined) byOperation.set(operation, [of]);
    else asked.push(of);
  }
  for (const { operation, verdict } of verdicts) {
    for (const of of byOperation.get(operation) ?? []) of.asked += 1;
    for (const id of idsOf(verdict.violations)) bump(counts.get(id), 'refused');
    for (const id of idsOf(verdict.warnings)) bump(counts.get(id), 'warned');
  }
  return counts;
}

function idsOf(reasons: VerdictRow['violations']): Set<string> {
  return new Set(reasons.flatMap(({ rule }) => (rule === null ? [] : [rule])));
}

function bump(counts: RuleCounts | undefined, what: 'refused' | 'warned'): void {
  if (counts !== undefined) counts[what] += 1;
}
