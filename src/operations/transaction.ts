/**
 * The frame of every operation: the active rules, one transaction, the journal, and what a dry run and `atomic` undo.
 */
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import { OrderwrightError } from '../core/problem.js';
import { refusal, type Verdict, type VerdictRow, type Violation } from '../core/rules/verdict.js';
import { operationSettings } from '../ports/configuration.js';
import type { Session } from '../ports/database.js';
import type { Door, JournalDraft, Outcome } from '../ports/journal.js';
import type { AnswerRow, Request } from '../ports/plugin.js';
import type { Kernel } from './kernel.js';
import type { PreparedOrders } from './prepared-orders.js';
import type { ActiveRules } from './rule-book.js';

/** Who asks, and how it is to be done. */
export interface Asked {
  actor: string;
  door: Door;
  /** The time for planning, rules and default dates. */
  now: string;
  dryRun?: boolean;
  atomic?: boolean;
  override?: { rule: string; reason: string } | null;
  requestId?: string;
  correlationId?: string;
  /** Roles of whoever asks; all of them where left out. */
  roles?: readonly string[] | null;
}

/** A verdict as it is journalled, with what came of it. */
export interface Recorded {
  draft: JournalDraft;
  outcome: Outcome | null;
  details: JsonObject | null;
  /** Orders beside the draft's that it came to as well: each has an outcome of its own. */
  otherOrders?: readonly string[];
}

/** What one collection needs from its first row to its last. */
export interface Run {
  kernel: Kernel;
  session: Session;
  rules: ActiveRules;
  request: Request;
  door: Door;
  roles: readonly string[] | null;
  override: { rule: string; reason: string } | null;
  dryRun: boolean;
  recorded: Recorded[];
  /** How often an order was written. */
  written: { count: number };
  /** By name, what a row would be had nothing of it been done. */
  undoneRows: Map<string, () => AnswerRow>;
  /** What operations read for many orders at once, where there are many. */
  prepared?: PreparedOrders;
}

/** What a collection came to, before its rows get the name of what they are about. */
export interface Rows {
  requestId: string;
  ruleSet: string;
  rows: AnswerRow[];
}

/** Undoes a transaction whose answer is known already. */
class Undone extends Error {
  constructor(readonly answer: Rows) {
    super('undone');
  }
}

/** @param work gives the rows of the answer. */
export async function transact(
  kernel: Kernel,
  asked: Asked,
  work: (run: Run) => Promise<AnswerRow[]>,
): Promise<Rows> {
  const requestId = asked.requestId ?? randomUUID();
  const request = {
    requestId,
    correlationId: asked.correlationId ?? requestId,
    actor: asked.actor,
    now: asked.now,
  };
  await kernel.rules.refresh(asked.actor);
  let recorded: Recorded[] = [];
  try {
    return await kernel.database.write(async (session) => {
      // A transaction that is run again decides anew.
      recorded = [];
      const rules = await kernel.rules.active(session);
      const run: Run = {
        kernel,
        session,
        rules,
        request,
        door: asked.door,
        roles: asked.roles ?? null,
        override: asked.override ?? null,
        dryRun: asked.dryRun === true,
        recorded,
        written: { count: 0 },
        undoneRows: new Map(),
      };
      const answer: Rows = { requestId, ruleSet: rules.hash, rows: await work(run) };
      if (asked.atomic === true && answer.rows.some((row) => !row.allowed)) {
        throw new Undone({ ...answer, rows: answer.rows.map((row) => refusedTogether(run, row)) });
      }
      if (run.dryRun) throw new Undone(answer);
      await record(session, recorded);
      return answer;
    });
  } catch (error) {
    if (asked.dryRun === true) {
      if (error instanceof Undone) return error.answer;
      throw error;
    }
    // What was asked and decided stays in the journal although nothing of it was done.
    const rolledBack = recorded.map((entry) => ({
      ...entry,
      outcome: entry.outcome && ('rolled back' as const),
    }));
    const recording = kernel.database.write((session) => record(session, rolledBack));
    if (error instanceof Undone) {
      await recording;
      return error.answer;
    }
    // What went wrong first is what is told, also where the journal can't be written either.
    await recording.catch(() => undefined);
    throw error;
  }
}

/** The answer about a collection of orders. */
export function ofOrders({ rows, ...answer }: Rows): Verdict<AnswerRow> {
  return { ...answer, orders: rows };
}

/**
 * An override lets one order or material through one rule of the operation.
 * @throws OrderwrightError OW_OVERRIDE_SEVERAL, OW_RULE_UNKNOWN, OW_USAGE without a reason.
 */
export function checkOverride(
  run: Run,
  operation: { name: string; word: string },
  names: readonly string[],
): void {
  if (run.override === null) return;
  const { rule } = run.override;
  if (names.length !== 1) {
    throw new OrderwrightError(
      'OW_OVERRIDE_SEVERAL',
      'An override lets one order or material through one rule: name one',
      [],
      true,
    );
  }
  if (run.override.reason.trim() === '')
    throw new OrderwrightError('OW_USAGE', 'An override needs a reason', [], true);
  const rules = run.rules.of(operation.word).rules;
  if (rules.some((candidate) => candidate.id === rule)) return;
  const known = rules.map((candidate) => candidate.id).join(', ') || 'none';
  throw new OrderwrightError(
    'OW_RULE_UNKNOWN',
    `${operation.name} has no rule ${rule} to override.\nMaybe one of: ${known}`,
  );
}

/** What the row of something about which nothing could be asked is recorded as. */
interface Unasked {
  /** The operation as the journal and the configuration call it. */
  operation: string;
  name: string;
  /** The order that the journal shows it under. */
  order: string | null;
}

/** The row of an order or material about which nothing could be asked, recorded for the journal. */
export function refuse(run: Run, { operation, name, order }: Unasked, violation: Violation): AnswerRow {
  const verdict: VerdictRow = {
    name,
    allowed: false,
    mode: operationSettings(run.kernel.configuration, operation).mode,
    state: violation.state ?? null,
    violations: [violation],
    warnings: [],
  };
  run.recorded.push({
    draft: { ...draftOf(run, operation, order), verdict },
    outcome: null,
    details: null,
  });
  return verdict as AnswerRow;
}

/** The row of an order about which nothing could be asked. */
export function refuseOrder(
  run: Run,
  operation: { name: string },
  name: string,
  violation: Violation,
): AnswerRow {
  return refuse(run, { operation: operation.name, name, order: name }, violation);
}

/** In an atomic collection an order that could have gone is refused with the others. */
function refusedTogether(run: Run, row: AnswerRow): AnswerRow {
  if (!row.allowed) return row;
  const undone = run.undoneRows.get(row.name)?.() ?? row;
  const message =
    'Nothing was done: another row of the collection is refused, and all or none was asked for.';
  const violations: Violation[] = [
    ...undone.violations,
    refusal('OW_ATOMIC_REFUSED', 'All or none', message),
  ];
  return { ...undone, allowed: false, violations } as AnswerRow;
}

/** A journal entry with who asks and what about, and nothing decided yet. */
export function draftOf(
  run: Pick<Run, 'request' | 'door'> & { rules: { hash: string } },
  operation: string,
  order: string | null,
): JournalDraft {
  return {
    actor: run.request.actor,
    door: run.door,
    requestId: run.request.requestId,
    correlationId: run.request.correlationId,
    operation,
    order,
    facts: {},
    ruleSet: run.rules.hash,
    verdict: null,
    outcome: null,
    of: null,
    details: null,
  };
}

/** Writes the verdicts, then the outcomes that name them. */
export async function record(session: Session, recorded: readonly Recorded[]): Promise<void> {
  const sequences = await session.journal.append(
    recorded.map(({ draft, outcome, details }) => (outcome === null ? { ...draft, details } : draft)),
  );
  const outcomes = recorded.flatMap(({ draft, outcome, details, otherOrders = [] }, index): JournalDraft[] =>
    outcome === null
      ? []
      : [draft.order, ...otherOrders].map((order) => {
          const of = sequences[index] ?? null;
          return { ...draft, order, facts: {}, verdict: null, outcome, of, details };
        }),
  );
  await session.journal.append(outcomes);
}
