/**
 * The loop around the queue: quick while there is work, slower and slower while there is none, woken by a door of the
 * same process. Any number of them work side by side on one database.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { QueueDepth } from '../ports/event-queue.js';
import { epochMilliseconds } from '../core/time.js';
import { dispatch, nothingDone, Pace, type Dispatched, type Turn } from './dispatch.js';
import type { Kernel } from './kernel.js';
import { lookAtHost } from './look-at-host.js';
import { sendHostActions } from './send-host-actions.js';
import { pruneEvents } from './prune-events.js';

/** Pauses of an idle dispatcher, in milliseconds. */
const PAUSE_MS = { least: 5, most: 1000 };
/** Pauses after a failure of the database, or of the dispatcher itself. */
const OUTAGE_MS = { least: 20, most: 5000 };
/** After a look at the host the pause is so many times as long as it took. */
const LOOK_SHARE = 10;
/** How often a dispatcher that has nothing to apply looks for what is to be sent to the host. */
const SEND_MS = 1000;
/** How often the depth of the queue is counted for `statistics`. */
const COUNT_MS = 1000;

export interface DispatcherStatistics extends QueueDepth {
  /** Since the dispatcher was started. */
  applied: number;
  dropped: number;
  retries: number;
  /** Events that this dispatcher has parked; `parked` is how many are parked in the queue. */
  newlyParked: number;
  /** How long the oldest event that waits has waited; 0 where none waits. */
  lagSeconds: number;
  /** What went wrong last with the database; null where nothing did since. */
  outage: string | null;
}

export interface DispatcherOptions {
  workers?: number;
  onChange?: (statistics: DispatcherStatistics) => void;
}

export interface Dispatcher {
  /** Finishes what runs, gives back what is claimed and was not applied, and resolves then. */
  stop(): Promise<void>;
  statistics(): DispatcherStatistics;
  /** Looks at the queue at once. */
  wake(): void;
}

export function startDispatcher(kernel: Kernel, options: DispatcherOptions = {}): Dispatcher {
  const running = new RunningDispatcher(kernel, options.onChange);
  const workers = Array.from({ length: options.workers ?? 1 }, () => running.work());
  return {
    async stop() {
      running.abort();
      await Promise.all(workers);
    },
    statistics: () => ({ ...running.counted }),
    wake: () => {
      running.wake();
    },
  };
}

/** Applies events until none is left that will come to its turn by itself; gives what that came to. */
export async function dispatchUntilIdle(
  kernel: Kernel,
  signal: AbortSignal = new AbortController().signal,
): Promise<Dispatched> {
  const total = nothingDone();
  const turn = turnOf(signal);
  await patiently(() => lookAtHost(kernel, 0));
  while (!signal.aborted) {
    const done = await patiently(() => dispatch(kernel, turn));
    if (done !== null) {
      for (const key of Object.keys(total) as (keyof Dispatched)[]) total[key] += done[key];
      continue;
    }
    const now = turn.now();
    const due = await kernel.database.read(({ events }) => events.nextDue(now, { awaiting: false }));
    if (due === null) {
      // What the host did meanwhile where nobody but us tells of it.
      const { sent } = await sendHostActions(kernel, turn);
      if (sent + (await patiently(() => lookAtHost(kernel, 0))) > 0) continue;
      break;
    }
    await wait(Math.min(Math.max(due - now, PAUSE_MS.least), PAUSE_MS.most));
  }
  return total;
}

/** A locked database is waited for a few times; what goes on failing is thrown. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 5 || (error as { code?: string }).code !== 'OW_DATABASE_LOCKED') throw error;
      await wait(OUTAGE_MS.least * attempt * (1 + Math.random()));
    }
  }
}

function turnOf(signal: AbortSignal): Turn {
  return { now: () => Date.now(), random: () => Math.random(), signal, pace: new Pace() };
}

class RunningDispatcher {
  readonly counted: DispatcherStatistics = {
    pending: 0,
    claimed: 0,
    parked: 0,
    oldest: null,
    applied: 0,
    dropped: 0,
    retries: 0,
    newlyParked: 0,
    lagSeconds: 0,
    outage: null,
  };
  private readonly stopped = new AbortController();
  private waking = new AbortController();
  private countedAt = Number.NEGATIVE_INFINITY;
  private lookNext = Number.NEGATIVE_INFINITY;
  private sendNext = Number.NEGATIVE_INFINITY;
  private lookFailure: string | null = null;

  constructor(
    private readonly kernel: Kernel,
    private readonly onChange: ((statistics: DispatcherStatistics) => void) | undefined,
  ) {}

  abort(): void {
    this.stopped.abort();
    this.wake();
  }

  wake(): void {
    const { waking } = this;
    this.waking = new AbortController();
    waking.abort();
  }

  async work(): Promise<void> {
    const { signal } = this.stopped;
    const turn = turnOf(signal);
    let pause = PAUSE_MS.least;
    let outage = OUTAGE_MS.least;
    while (!signal.aborted) {
      // Taken before the look: who wakes meanwhile is not missed.
      const { waking } = this;
      try {
        const missed = await this.look();
        const done = await dispatch(this.kernel, turn);
        outage = OUTAGE_MS.least;
        this.counted.outage = missed;
        pause = done === null ? pause * 2 : PAUSE_MS.least;
        if (done !== null) this.add(done);
        await this.send(turn, done !== null);
        await this.count(done !== null);
        if (done !== null && done.applied + done.dropped > 0) continue;
        await this.pause(Math.min(pause, PAUSE_MS.most, await this.untilDue()), waking.signal);
        pause = waking.signal.aborted ? PAUSE_MS.least : Math.min(pause, PAUSE_MS.most);
      } catch (error) {
        this.counted.outage = error instanceof Error ? error.message : String(error);
        this.onChange?.({ ...this.counted });
        await this.pause(outage * (0.5 + Math.random()), signal);
        outage = Math.min(outage * 2, OUTAGE_MS.most);
      }
    }
  }

  /** Looks at polled tables where it is time; what goes wrong there keeps no other event waiting, and is told. */
  private async look(): Promise<string | null> {
    const begun = performance.now();
    if (begun < this.lookNext) return this.lookFailure;
    this.lookNext = begun + this.kernel.configuration.events.pollSeconds * 1000;
    try {
      await lookAtHost(this.kernel);
      this.lookFailure = null;
    } catch (error) {
      this.lookFailure = error instanceof Error ? error.message : String(error);
    }
    // A look that takes long is done less often: the database has other work too.
    const took = performance.now() - begun;
    this.lookNext = Math.max(this.lookNext, performance.now() + took * LOOK_SHARE);
    return this.lookFailure;
  }

  /** Sends what is due to the host: at once after what may have made it due, else now and then. */
  private async send(turn: Turn, changed: boolean): Promise<void> {
    if (!changed && performance.now() < this.sendNext) return;
    this.sendNext = performance.now() + SEND_MS;
    await sendHostActions(this.kernel, turn);
  }

  /** Milliseconds until an event is due that is known already. */
  private async untilDue(): Promise<number> {
    const now = Date.now();
    const due = await this.kernel.database.read(({ events }) => events.nextDue(now, { awaiting: true }));
    return due === null ? PAUSE_MS.most : Math.max(due - now, PAUSE_MS.least);
  }

  private async pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.stopped.signal.aborted) return;
    await wait(milliseconds, undefined, { signal }).catch(() => undefined);
  }

  private add(done: Dispatched): void {
    this.counted.applied += done.applied;
    this.counted.dropped += done.dropped;
    this.counted.retries += done.retried;
    this.counted.newlyParked += done.parked;
  }

  private async count(changed: boolean): Promise<void> {
    // A monotonic clock: a wall clock that is set back must not stop the counting.
    if (performance.now() - this.countedAt < COUNT_MS) {
      if (changed) this.onChange?.({ ...this.counted });
      return;
    }
    this.countedAt = performance.now();
    const depth = await this.kernel.database.read(({ events }) => events.depth());
    const age = depth.oldest === null ? 0 : (Date.now() - epochMilliseconds(depth.oldest)) / 1000;
    Object.assign(this.counted, depth, { lagSeconds: Math.max(0, age) });
    this.onChange?.({ ...this.counted });
    await pruneEvents(this.kernel);
  }
}
