/** The host's service that takes what is due, over HTTP: it is to know an id again that it has had before. */
import { OrderwrightError } from '../../core/problem.js';
import type { HostActions } from '../../ports/host-actions.js';
import type { PendingHostAction } from '../../ports/pending-host-actions.js';

const TIMEOUT_MS = 15_000;
/** Characters of a refusal that are kept. */
const LENGTH = 500;

export class HostService implements HostActions {
  constructor(private readonly url: string) {}

  async send(action: PendingHostAction): Promise<{ marked: boolean }> {
    const { id, order, operation, fromState, toState, toUniversalState, offeredAt } = action;
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': id },
      body: JSON.stringify({ id, order, operation, fromState, toState, toUniversalState, offeredAt }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await answer.text();
    if (answer.ok) return { marked: false };
    const message = `The host's service answered ${answer.status}: ${text.slice(0, LENGTH)}`;
    throw new OrderwrightError('OW_HOST_ACTION_FAILED', message);
  }
}
