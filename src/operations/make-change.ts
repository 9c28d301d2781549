/** A change that is not about one order: one transaction with one journal entry. */
import type { Session } from '../ports/database.js';
import type { Door } from '../ports/journal.js';
import type { Changed, Request } from '../ports/plugin.js';
import type { Kernel } from './kernel.js';

export interface ChangeRequest extends Request {
  door: Door;
  operation: string;
}

/** Does the work and journals its details; work without details has changed nothing and leaves no entry. */
export function makeChange<T>(
  kernel: Kernel,
  { requestId, correlationId, actor, door, operation }: ChangeRequest,
  work: (session: Session) => Promise<Changed<T>>,
): Promise<T> {
  return kernel.database.write(async (session) => {
    const { result, details } = await work(session);
    if (details !== null) {
      const draft = {
        actor,
        door,
        requestId,
        correlationId,
        operation,
        details,
        outcome: 'committed' as const,
      };
      await session.journal.append([
        { ...draft, order: null, facts: {}, ruleSet: null, verdict: null, of: null },
      ]);
    }
    return result;
  });
}
