/**
 * What is due is sent to the host that executes it (design 3.9, writer `host`), after the offer was committed: claimed so
 * that one process sends it, again with growing pauses where the host fails, and never again once it was sent.
 */
import { randomUUID } from 'node:crypto';
import { instantOf } from '../core/time.js';
import type { Turn } from './dispatch.js';
import type { Kernel } from './kernel.js';

/** Actions of one claim. */
const CLAIM = 16;
const BACK_OFF_MS = { first: 1000, factor: 4, most: 60_000 };

export interface SentActions {
  sent: number;
  failed: number;
}

export async function sendHostActions(kernel: Kernel, turn: Turn): Promise<SentActions> {
  const total: SentActions = { sent: 0, failed: 0 };
  const { hostActions, database } = kernel;
  if (hostActions === null) return total;
  const now = turn.now();
  if (!(await database.read((session) => session.pendingHostActions.isDue(now)))) return total;
  const claimant = randomUUID();
  const claimed = await database.write((session) =>
    session.pendingHostActions.claim({ claimant, limit: CLAIM, now }),
  );
  for (const { action, attempts } of claimed) {
    if (turn.signal.aborted) break;
    try {
      const { marked } = await hostActions.send(action, claimant);
      if (!marked) {
        await database.write((session) => session.pendingHostActions.sent(action.id, instantOf(turn.now())));
      }
      total.sent += 1;
    } catch (error) {
      total.failed += 1;
      const pause = Math.min(BACK_OFF_MS.first * BACK_OFF_MS.factor ** attempts, BACK_OFF_MS.most);
      const until = turn.now() + Math.round(pause * (0.8 + 0.4 * turn.random()));
      const failure = { attempts: attempts + 1, error: reasonOf(error), until };
      await database.write((session) => session.pendingHostActions.failed(action.id, claimant, failure));
    }
  }
  return total;
}

/** A failed connection says what it is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
