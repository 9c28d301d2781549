/**
 * The frame of every Pre hook (design 3.6): an answer within the operation's time budget or as `whenUnavailable` says,
 * and its entry in the journal, which is all that it changes.
 */
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import { OrderwrightError } from '../core/problem.js';
import { refusal, type Violation } from '../core/rules/verdict.js';
import { operationSettings } from '../ports/configuration.js';
import type { AnswerRow, Request } from '../ports/plugin.js';
import type { JournalWriter } from './journal-writer.js';
import type { Kernel } from './kernel.js';
import type { SharedRead, SharedReads } from './shared-reads.js';
import { TimeBudgetExceeded, withinTime } from './time-budget.js';
import { draftOf, type Asked, type Rows, type Run } from './transaction.js';

export interface PreParts {
  kernel: Kernel;
  writer: JournalWriter;
  reads: SharedReads;
}

export type PreAsked = Omit<Asked, 'dryRun' | 'atomic' | 'override'>;

export interface PreQuestion {
  asked: PreAsked;
  /** As the journal and the configuration call it. */
  operation: string;
  /** What is asked about, as the journal has it where nothing could be asked. */
  rows: readonly { name: string; order: string | null; details: JsonObject }[];
}

export interface Evaluated {
  run: Pick<Run, 'recorded'> & { rules: { hash: string } };
  rows: AnswerRow[];
}

/** How long an answer waits for its journal entry, in milliseconds: the caller may itself hold what the entry waits for. */
const JOURNAL_PATIENCE_MS = 100;

/**
 * @param work answers; `inTime` throws once nobody waits for the answer any more, so that the session is not held on to.
 */
export async function answerPre(
  { kernel, writer }: PreParts,
  question: PreQuestion,
  work: (request: Request, inTime: () => void) => Promise<Evaluated>,
): Promise<Rows> {
  const { asked, operation } = question;
  const { timeBudgetMs } = operationSettings(kernel.configuration, operation);
  const requestId = asked.requestId ?? randomUUID();
  const { actor, now, correlationId = requestId } = asked;
  const request: Request = { requestId, correlationId, actor, now };
  const end = performance.now() + timeBudgetMs;
  const inTime = () => {
    if (performance.now() > end) throw new TimeBudgetExceeded(timeBudgetMs);
  };
  let answer: Evaluated;
  try {
    answer = await withinTime(timeBudgetMs, async () => {
      await kernel.rules.refresh(actor);
      return work(request, inTime);
    });
  } catch (error) {
    const reason = unavailability(error, timeBudgetMs);
    if (reason === null) throw error;
    answer = unavailable(kernel, question, request, reason);
  }
  const { run, rows } = answer;
  const failure = await recordSoon(writer, run);
  if (failure === null) return { requestId, ruleSet: run.rules.hash, rows };
  return { requestId, ruleSet: run.rules.hash, rows: unavailable(kernel, question, request, failure).rows };
}

/** A run that only reads, in a session that other questions share. */
export function runOfPre(kernel: Kernel, asked: PreAsked, request: Request, read: SharedRead): Run {
  return {
    kernel,
    session: read.session,
    rules: read.rules,
    request,
    door: asked.door,
    roles: asked.roles ?? null,
    override: null,
    dryRun: true,
    recorded: [],
    written: { count: 0 },
    undoneRows: new Map(),
  };
}

/** Why there is no verdict, where that is for lack of time or of the database; null: it is another failure. */
function unavailability(error: unknown, budget: number): Violation | null {
  if (error instanceof TimeBudgetExceeded) {
    return refusal('OW_TIME_BUDGET', 'A verdict in time', `No verdict within ${budget} ms.`);
  }
  if (!(error instanceof OrderwrightError)) return null;
  const outside = /^OW_(DATABASE|JOURNAL|RULES_(UNREADABLE|NONE))/.test(error.code);
  return outside ? refusal(error.code, 'A verdict', error.message) : null;
}

/** The rows where nothing could be asked: refused or allowed as the operation's settings say. */
function unavailable(
  kernel: Kernel,
  { asked, operation, rows }: PreQuestion,
  request: Request,
  reason: Violation,
): Evaluated {
  const { mode, whenUnavailable } = operationSettings(kernel.configuration, operation);
  const said = {
    ...reason,
    message: `${reason.message} The operation is set to ${whenUnavailable} then.`,
  };
  const allowed = whenUnavailable === 'allow';
  const rules = { hash: kernel.rules.lastHash };
  const verdicts = rows.map(({ name }) => ({
    name,
    allowed,
    mode,
    state: null,
    violations: allowed ? [] : [said],
    warnings: allowed ? [said] : [],
  })) as unknown as AnswerRow[];
  const recorded = rows.map(({ order, details }, index) => ({
    draft: {
      ...draftOf({ request, door: asked.door, rules }, operation, order),
      verdict: verdicts[index] ?? null,
    },
    outcome: null,
    details: { ...details, moment: 'Pre' },
  }));
  return { run: { recorded, rules }, rows: verdicts };
}

/** Null where the entries are written or will be; else why they are not. */
async function recordSoon(
  writer: JournalWriter,
  { recorded }: Pick<Run, 'recorded'>,
): Promise<Violation | null> {
  const writing = writer.write(recorded.map(({ draft, details }) => ({ ...draft, details })));
  // Who went on without waiting hears of no failure any more.
  writing.catch(() => undefined);
  try {
    await withinTime(JOURNAL_PATIENCE_MS, () => writing);
    return null;
  } catch (error) {
    // The entries wait for the lock, which the caller may hold: they are written when it is free.
    if (error instanceof TimeBudgetExceeded) return null;
    if (error instanceof OrderwrightError && error.code === 'OW_DATABASE_LOCKED') return null;
    const message = error instanceof Error ? error.message : String(error);
    return refusal('OW_JOURNAL_UNAVAILABLE', 'The verdict is in the journal', message);
  }
}
