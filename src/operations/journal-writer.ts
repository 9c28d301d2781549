/**
 * Journal entries of answers that change nothing else: all that come while one commit is under way go into the next one,
 * so that the disk is not asked once per answer.
 */
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { OrderwrightError } from '../core/problem.js';
import type { Database } from '../ports/database.js';
import type { JournalDraft } from '../ports/journal.js';

/** Entries that may wait: beyond it the journal can't keep up, and who asks is told so. */
const WAITING_LIMIT = 20_000;
const BATCH = 500;
/** The pause after a failed commit, in milliseconds. */
const RETRY_MS = 250;

interface Waiting {
  drafts: readonly JournalDraft[];
  written: () => void;
  failed: (error: unknown) => void;
}

export class JournalWriter {
  private waiting: Waiting[] = [];
  private count = 0;
  private working: Promise<void> | null = null;
  private closed = false;

  constructor(private readonly database: Pick<Database, 'append'>) {}

  /**
   * Resolves when the entries are committed; rejects where the database did not take them, and they are tried again
   * until it does.
   * @throws OrderwrightError OW_JOURNAL_UNAVAILABLE where too many entries wait already.
   */
  async write(drafts: readonly JournalDraft[]): Promise<void> {
    if (drafts.length === 0) return;
    if (this.count + drafts.length > WAITING_LIMIT) {
      throw new OrderwrightError(
        'OW_JOURNAL_UNAVAILABLE',
        'The journal can not be written at the moment. Maybe try again.',
      );
    }
    this.count += drafts.length;
    return new Promise<void>((written, failed) => {
      this.waiting.push({ drafts, written, failed });
      this.working ??= this.work().finally(() => {
        this.working = null;
      });
    });
  }

  /** Resolves when nothing waits any more, or the database does not take it. */
  async close(): Promise<void> {
    this.closed = true;
    await this.working;
  }

  private async work(): Promise<void> {
    // What comes in the same turn of the event loop belongs into the same commit.
    await turn();
    while (this.waiting.length > 0) {
      const batch = this.take();
      const drafts = batch.flatMap((one) => one.drafts);
      try {
        await this.database.append(drafts);
        this.count -= drafts.length;
        for (const { written } of batch) written();
      } catch (error) {
        for (const { failed } of batch) failed(error);
        if (this.closed) return;
        const ignore = () => undefined;
        this.waiting.unshift({ drafts, written: ignore, failed: ignore });
        await wait(RETRY_MS);
      }
    }
  }

  private take(): Waiting[] {
    let size = 0;
    const fits = this.waiting.findIndex(({ drafts }) => (size += drafts.length) > BATCH);
    return this.waiting.splice(0, fits === -1 ? this.waiting.length : Math.max(1, fits));
  }
}
