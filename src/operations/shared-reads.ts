/**
 * Questions that come at once share one read session: their orders, with the products and flows that these have in
 * common, are read in the same statements. Each is still decided alone.
 */
import type { OrderSnapshot } from '../core/order/production-order.js';
import type { Session } from '../ports/database.js';
import type { Kernel } from './kernel.js';
import type { ActiveRules } from './rule-book.js';

/** Sessions at a time: where a plugin of one is slow, the next questions go on in another. */
const SESSIONS = 2;
/** A session that takes longer, in milliseconds, is slow; for a quick one questions wait, and are answered together. */
const SLOW_MS = 20;
/** Orders that one session reads for several questions; a question with more has its own. */
const ORDERS = 500;

export interface SharedRead {
  session: Session;
  rules: ActiveRules;
  /** The orders that exist of those asked for, by name. */
  snapshots: ReadonlyMap<string, OrderSnapshot>;
}

interface Question {
  names: readonly string[];
  answer: (read: SharedRead) => Promise<void>;
  fail: (error: unknown) => void;
}

export class SharedReads {
  private waiting: Question[] = [];
  private open = 0;
  private readonly slow = new Set<readonly Question[]>();
  private scheduled = false;

  constructor(private readonly kernel: Pick<Kernel, 'database' | 'rules'>) {}

  /** Works on orders as they are read now; `work` must not write. */
  read<T>(names: readonly string[], work: (read: SharedRead) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const answer = (read: SharedRead) => work(read).then(resolve, reject);
      this.waiting.push({ names, answer, fail: reject });
      this.schedule();
    });
  }

  /** Not at once: what is read from the sockets in the same turn of the event loop comes along. */
  private schedule(): void {
    if (this.scheduled || this.open > this.slow.size || this.open >= SESSIONS) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      const batch = this.take();
      if (batch.length === 0) return;
      this.open += 1;
      void this.answer(batch).finally(() => {
        this.open -= 1;
        if (this.waiting.length > 0) this.schedule();
      });
    });
  }

  private async answer(batch: readonly Question[]): Promise<void> {
    const { database, rules } = this.kernel;
    const slow = setTimeout(() => {
      this.slow.add(batch);
      if (this.waiting.length > 0) this.schedule();
    }, SLOW_MS);
    try {
      await database.read(async (session) => {
        const names = [...new Set(batch.flatMap((question) => question.names))];
        const active = await rules.active(session);
        const snapshots = await session.orders.load(names);
        await Promise.all(batch.map(({ answer }) => answer({ session, rules: active, snapshots })));
      });
    } catch (error) {
      // Who has been answered already hears nothing of it.
      for (const { fail } of batch) fail(error);
    } finally {
      clearTimeout(slow);
      this.slow.delete(batch);
    }
  }

  private take(): Question[] {
    let count = 0;
    const fits = this.waiting.findIndex(({ names }) => (count += names.length) > ORDERS);
    return this.waiting.splice(0, fits === -1 ? this.waiting.length : Math.max(1, fits));
  }
}
