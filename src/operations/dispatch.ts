/**
 * What a dispatcher does with the queue, once: claims events that are due, and applies them with their effect and their
 * mark in one transaction (design 3.6). Events of different orders share a transaction, each in a savepoint of its own.
 */
import { randomUUID } from 'node:crypto';
import { epochMilliseconds, instantOf } from '../core/time.js';
import { OrderwrightError } from '../core/problem.js';
import { operationSettings } from '../ports/configuration.js';
import type { Session } from '../ports/database.js';
import type { HookEvent } from '../ports/event-queue.js';
import { applyEvent, lastEntriesOf, type EventContext } from './apply-event.js';
import type { Kernel } from './kernel.js';
import { PreparedOrders } from './prepared-orders.js';
import type { ActiveRules } from './rule-book.js';
import { TimeBudgetExceeded, withinTime } from './time-budget.js';
import { record, type Recorded, type Run } from './transaction.js';

/** Who is named where the dispatcher itself does something. */
const DISPATCHER = 'orderwright';
/** Events of one claim: more are applied no faster, and held up for longer where the dispatcher dies. */
const CLAIM = 128;
/** Events whose orders are read at once: many more are read no faster. */
const READ_AHEAD = 32;
/** How long one transaction goes on applying, so that other doors of this process and other processes get their turn. */
const TRANSACTION_MS = 100;
/** Looks at a report whose row does not show it yet: soon at first, and then less often. */
const LOOK_AGAIN_MS = { least: 100, most: 1000 };
const BACK_OFF_MS = { first: 200, factor: 4, most: 60_000 };
/** What passes by itself: it is tried again at once, and not held against the event. */
const PASSING: ReadonlySet<string> = new Set([
  'OW_DATABASE_LOCKED',
  'OW_DATABASE_DEADLOCK',
  'OW_ORDER_CHANGED',
]);

/** What one turn came to. */
export interface Dispatched {
  applied: number;
  dropped: number;
  retried: number;
  parked: number;
  /** Reports whose row does not show them yet. */
  waiting: number;
}

export function nothingDone(): Dispatched {
  return { applied: 0, dropped: 0, retried: 0, parked: 0, waiting: 0 };
}

/** Outside values of a turn: time is an argument. */
export interface Turn {
  /** Milliseconds of the wall clock. */
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
  signal: AbortSignal;
  /** What the turns before have measured. */
  pace: Pace;
}

/** No event takes less, in milliseconds: what fits into a time is a number also where none was measured. */
const LEAST_PER_EVENT = 0.01;

/** How long an event takes: what is held or read for more events than are applied is done in vain. */
export class Pace {
  /** Milliseconds; at first what a slow machine takes. */
  private perEvent = 3;

  /** For how many events there is time, at least one. */
  fitting(milliseconds: number): number {
    return Math.max(1, Math.ceil(milliseconds / this.perEvent));
  }

  measured(events: number, milliseconds: number): void {
    this.perEvent = Math.max(milliseconds / events, LEAST_PER_EVENT);
  }
}

/** Claims what is due and applies it; gives null where nothing is. */
export async function dispatch(kernel: Kernel, turn: Turn): Promise<Dispatched | null> {
  const now = turn.now();
  // A look without the write lock: an idle dispatcher holds nobody up.
  if (!(await kernel.database.read((session) => session.events.isDue(now)))) return null;
  await kernel.rules.refresh(DISPATCHER);
  const claimant = randomUUID();
  let claimed = await kernel.database.write((session) =>
    session.events.claim({ claimant, limit: CLAIM, now }),
  );
  if (claimed.length === 0) return null;
  const total = nothingDone();
  try {
    while (claimed.length > 0 && !turn.signal.aborted) {
      claimed = await applySome(kernel, turn, { claimant, claimed, total });
    }
  } finally {
    if (claimed.length > 0) await kernel.database.write((session) => session.events.release(claimant));
  }
  return total;
}

interface Batch {
  claimant: string;
  claimed: HookEvent[];
  total: Dispatched;
}

/** Applies as many of the claimed events as fit into one transaction; gives those that are left. */
async function applySome(
  kernel: Kernel,
  turn: Turn,
  { claimant, claimed, total }: Batch,
): Promise<HookEvent[]> {
  let done = nothingDone();
  const { pace } = turn;
  const fitting = claimed.slice(0, pace.fitting(TRANSACTION_MS));
  let left = claimed;
  try {
    await kernel.database.write(async (session) => {
      // A transaction that is run again begins with nothing.
      done = nothingDone();
      const transaction = await Transaction.begin(kernel, session, { turn, claimed: fitting, claimant });
      const begun = performance.now();
      let next = 0;
      let read = 0;
      for (const event of fitting) {
        const rest = begun + TRANSACTION_MS - performance.now();
        if (next > 0 && rest <= 0) break;
        if (next === read) {
          read += Math.min(pace.fitting(rest), READ_AHEAD);
          await transaction.read(fitting.slice(next, read));
        }
        next += 1;
        if (transaction.isToApply(event)) await transaction.apply(event, done);
      }
      await transaction.end();
      pace.measured(next, performance.now() - begun);
      left = claimed.slice(next);
    });
  } catch (error) {
    if (!(error instanceof Hung)) throw error;
    // What hangs may go on writing in its transaction: all of that is undone, and the others are tried again without it.
    const { event, cause } = error;
    await kernel.database.write((session) => failed(kernel, session, { turn, event, cause, done: total }));
    return claimed.filter(({ id }) => id !== error.event.id);
  }
  for (const key of Object.keys(done) as (keyof Dispatched)[]) total[key] += done[key];
  return left;
}

/** An event that did not end in time. */
class Hung extends Error {
  constructor(
    readonly event: HookEvent,
    override readonly cause: unknown,
  ) {
    super('An event did not end in time');
  }
}

/** The events of one transaction of the dispatcher. */
class Transaction {
  private readonly finished: string[] = [];
  private readonly recorded: Recorded[] = [];
  /** Events of this claim that an earlier one of it, a report of the same transition, has taken with it. */
  private readonly taken = new Set<string>();

  private constructor(
    private readonly given: { kernel: Kernel; session: Session; turn: Turn; rules: ActiveRules },
    /** The events that are still this claim's: another dispatcher may have taken over what took too long. */
    private readonly held: ReadonlySet<string>,
    private readonly context: EventContext,
  ) {}

  static async begin(
    kernel: Kernel,
    session: Session,
    { turn, claimed, claimant }: { turn: Turn; claimed: readonly HookEvent[]; claimant: string },
  ): Promise<Transaction> {
    const now = turn.now();
    const ids = claimed.map(({ id }) => id);
    const held = await session.events.hold({ claimant, limit: ids.length, now }, ids);
    const series = claimed.flatMap(({ order, material }) => [order, material].filter((one) => one !== null));
    await lookFirst(session, claimed, instantOf(now));
    const context: EventContext = {
      snapshots: new Map(),
      prepared: new PreparedOrders(session, []),
      lastEntries: new Map(),
      awaiting: await session.events.awaiting([...new Set(series)]),
      expired: false,
      since: instantOf(now - kernel.configuration.events.confirmSeconds * 1000),
      taken: [],
    };
    const rules = await kernel.rules.active(session);
    return new Transaction({ kernel, session, turn, rules }, held, context);
  }

  /** Reads what the next events of the transaction are applied to. */
  async read(events: readonly HookEvent[]): Promise<void> {
    Object.assign(this.context, await readOf(this.given.session, events));
  }

  isToApply({ id }: HookEvent): boolean {
    return this.held.has(id) && !this.taken.has(id);
  }

  async apply(event: HookEvent, done: Dispatched): Promise<void> {
    // A report from before, whose row has come to show it, is an earlier event of the order.
    for (const earlier of this.context.awaiting.filter(
      ({ id, order }) => order === event.order && +id < +event.id,
    )) {
      if (earlier.operation !== event.operation) await this.applyOne(earlier, done, true);
    }
    await this.applyOne(event, done, false);
  }

  private async applyOne(event: HookEvent, done: Dispatched, early: boolean): Promise<void> {
    const { kernel, session, turn } = this.given;
    const { events } = session;
    const now = turn.now();
    const age = now - epochMilliseconds(event.storedAt);
    const confirm = kernel.configuration.events.confirmSeconds * 1000;
    const context = Object.assign(this.context, { expired: !early && age >= confirm, taken: [] as string[] });
    const run = this.runOf(event);
    try {
      const became = await session.nested(() =>
        withinTime(budgetOf(kernel, event), () => applyEvent(run, event, context)),
      );
      if (became === 'waits') {
        if (early) return;
        const pause = Math.min(Math.max(age, LOOK_AGAIN_MS.least), LOOK_AGAIN_MS.most, confirm);
        await events.await(event.id, now + Math.max(1, pause));
        done.waiting += 1;
        return;
      }
      if (became === 'dropped') await events.drop(event.id);
      else this.finished.push(event.id);
      done[became === 'done' ? 'applied' : 'dropped'] += 1;
      this.recorded.push(...run.recorded);
      for (const id of context.taken) this.taken.add(id);
      const place = this.context.awaiting.findIndex(({ id }) => id === event.id);
      if (place >= 0) this.context.awaiting.splice(place, 1);
    } catch (error) {
      if (error instanceof TimeBudgetExceeded) throw new Hung(event, error);
      if (isOutage(error)) throw error;
      await failed(kernel, session, { turn, event, cause: error, done });
    }
  }

  /** Marks what was applied, and writes what it says into the journal. */
  async end(): Promise<void> {
    const { session } = this.given;
    await session.events.finish(this.finished);
    await session.events.see(this.finished);
    await record(session, this.recorded);
  }

  private runOf({ id, requestId, correlationId, actor }: HookEvent): Run {
    const { kernel, session, rules, turn } = this.given;
    const request = requestId ?? `event-${id}`;
    return {
      kernel,
      session,
      rules,
      request: {
        requestId: request,
        correlationId: correlationId ?? request,
        actor,
        now: instantOf(turn.now()),
      },
      door: 'event',
      roles: null,
      override: null,
      dryRun: false,
      recorded: [],
      written: { count: 0 },
      undoneRows: new Map(),
    };
  }
}

/** What is read at once for events: it holds until something is done to the order. */
async function readOf(
  session: Session,
  events: readonly HookEvent[],
): Promise<Pick<EventContext, 'snapshots' | 'prepared' | 'lastEntries'>> {
  const orders = events.flatMap(({ operation, order }) =>
    order === null || operation.startsWith('Material.') ? [] : [order],
  );
  const snapshots = await session.orders.load(orders);
  return {
    snapshots,
    prepared: new PreparedOrders(session, snapshots.keys()),
    lastEntries: await lastEntriesOf(session, events),
  };
}

/** A report of a row that is polled is about what a look finds there: both are one event then, as with a trigger. */
async function lookFirst(session: Session, claimed: readonly HookEvent[], at: string): Promise<void> {
  const reports = claimed.filter(({ door }) => door === 'report');
  if (reports.length === 0) return;
  const named = (names: readonly (string | null)[]) => [...new Set(names.filter((name) => name !== null))];
  const ofMaterials = reports.filter(({ material }) => material !== null);
  const ofOrders = reports.filter(({ material }) => material === null);
  await session.events.lookAt(
    {
      orders: named(ofOrders.map(({ order }) => order)),
      materials: named(ofMaterials.map(({ material }) => material)),
    },
    at,
  );
}

/** Twice what a verdict may take: the rules are asked, and then the hooks do their work. */
function budgetOf(kernel: Kernel, { operation }: HookEvent): number {
  return (
    2 * operationSettings(kernel.configuration, operation.slice(operation.indexOf('.') + 1)).timeBudgetMs
  );
}

interface Failure {
  turn: Turn;
  event: HookEvent;
  cause: unknown;
  done: Dispatched;
}

/** Puts a failed event back with a pause that grows, or parks it with its error. */
async function failed(
  kernel: Kernel,
  session: Session,
  { turn, event, cause, done }: Failure,
): Promise<void> {
  const error = cause instanceof Error ? cause.message : String(cause);
  const attempts = event.attempts + 1;
  const now = turn.now();
  if (cause instanceof OrderwrightError && PASSING.has(cause.code)) {
    done.retried += 1;
    await session.events.fail(event.id, { attempts: event.attempts, error, until: now + jitter(20, turn) });
    return;
  }
  if (attempts >= kernel.configuration.events.attempts) {
    done.parked += 1;
    await session.events.fail(event.id, { attempts, error, until: null });
    return;
  }
  done.retried += 1;
  const pause = Math.min(BACK_OFF_MS.first * BACK_OFF_MS.factor ** (attempts - 1), BACK_OFF_MS.most);
  await session.events.fail(event.id, { attempts, error, until: now + jitter(pause, turn) });
}

/** Up to a fifth more or less, so that those that failed together do not come together again. */
function jitter(milliseconds: number, { random }: Turn): number {
  return Math.round(milliseconds * (0.8 + 0.4 * random()));
}

/** The database itself fails: no event is to blame, and the whole transaction is undone. */
function isOutage(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^(SQLITE_(BUSY|FULL|IOERR|READONLY|CORRUPT)|OW_DATABASE_)/.test(code);
}
