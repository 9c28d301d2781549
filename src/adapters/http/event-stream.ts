/**
 * How the event queue stands, told to everybody who listens: one look at the queue a second however many listen, and
 * none where nobody does. Server-sent events, so that any client can read them line by line.
 */
import { PassThrough } from 'node:stream';
import { epochMilliseconds } from '../../core/time.js';
import type { QueueDepth } from '../../ports/event-queue.js';
import type { ServedEvent, Served } from './served.js';

const LOOK_MS = 1000;
/** A line now and then, so that nothing between the two takes the connection for dead. */
const BEAT_MS = 15_000;
/** Parked events that one message lists. */
const LISTED = 100;

/** What a listener is told. */
export interface QueueNews extends QueueDepth {
  /** How long the oldest event that waits has waited; 0 where none waits. */
  lagSeconds: number;
  /** The parked events, oldest first, at most a hundred of them. */
  parkedEvents: ServedEvent[];
}

type Watched = Pick<Served, 'queueDepth' | 'events'>;

export class EventStream {
  private readonly listeners = new Set<PassThrough>();
  private timer: NodeJS.Timeout | null = null;
  private last = '';
  private spokenAt = 0;

  constructor(
    private readonly door: Watched,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** A stream that begins with how things stand; it ends when the listener goes or the server stops. */
  async listen(): Promise<PassThrough> {
    const news = await this.look();
    const listener = new PassThrough();
    listener.write(messageOf(news));
    this.listeners.add(listener);
    const leave = () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.rest();
    };
    listener.once('close', leave);
    this.timer ??= this.start();
    return listener;
  }

  close(): void {
    this.rest();
    for (const listener of this.listeners) listener.end();
    this.listeners.clear();
  }

  private start(): NodeJS.Timeout {
    let looking = false;
    return setInterval(() => {
      if (looking) return;
      looking = true;
      this.tell()
        .catch(this.onError)
        .finally(() => (looking = false));
    }, LOOK_MS);
  }

  private rest(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.last = '';
  }

  private async tell(): Promise<void> {
    const message = messageOf(await this.look());
    const now = performance.now();
    if (message === this.last && now - this.spokenAt < BEAT_MS) return;
    this.last = message;
    this.spokenAt = now;
    for (const listener of this.listeners) {
      // Who does not read is told again when he does: what he missed is no longer so.
      if (!listener.writableNeedDrain) listener.write(message);
    }
  }

  private async look(): Promise<QueueNews> {
    const depth = await this.door.queueDepth();
    const { events } =
      depth.parked === 0 ? { events: [] } : await this.door.events({ state: 'parked', limit: LISTED });
    const age = depth.oldest === null ? 0 : (Date.now() - epochMilliseconds(depth.oldest)) / 1000;
    return { ...depth, lagSeconds: Math.max(0, Math.round(age)), parkedEvents: events };
  }
}

function messageOf(news: QueueNews): string {
  return `event: queue\ndata: ${JSON.stringify(news)}\n\n`;
}
