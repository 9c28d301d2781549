/** Every refusal of access is journalled (design section 6): who was not let in where, and why. */
import type { JsonObject } from '../core/json.js';
import type { Door, JournalDraft } from '../ports/journal.js';
import type { Request } from '../ports/plugin.js';

export function accessRefusal(
  { actor, requestId, correlationId, door }: Omit<Request, 'now'> & { door: Door },
  details: JsonObject,
): JournalDraft {
  return {
    actor,
    door,
    requestId,
    correlationId,
    operation: 'Access',
    order: null,
    facts: {},
    ruleSet: null,
    verdict: null,
    outcome: null,
    of: null,
    details,
  };
}
