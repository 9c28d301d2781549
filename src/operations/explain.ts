/** Why an operation would be allowed or refused: every rule with every condition and the value found (design 3.5). */
import { randomUUID } from 'node:crypto';
import type { JsonObject, JsonValue } from '../core/json.js';
import type { Verdict } from '../core/rules/verdict.js';
import { explainRules } from '../core/rules/evaluate-rules.js';
import type { Facts } from '../core/rules/fact.js';
import type { Rule } from '../core/rules/rule.js';
import { OrderwrightError } from '../core/problem.js';
import type { AnswerRow, Request } from '../ports/plugin.js';
import { candidateRule, withCandidate } from './change-rule.js';
import { checkInput } from './check-input.js';
import { decideOrder, rowOf } from './decide-order.js';
import { orderContext, PluginFailed, readFacts, type Ask } from './evaluate-order.js';
import { COMPLETE } from './completion.js';
import { create } from './create.js';
import { findOperation, type Kernel } from './kernel.js';

export interface ExplainRequest extends Omit<Request, 'requestId' | 'correlationId'> {
  operation: string;
  order: string;
  input?: JsonObject;
  /** The text of a rule file, asked in the place of the rule with its id, or beside the others. */
  candidate?: string;
}

/**
 * A verdict with, per rule, all conditions in `rules`; it changes nothing and is not journalled.
 * @throws OrderwrightError OW_ORDER_UNKNOWN, OW_OPERATION_UNKNOWN, OW_INPUT_INVALID, OW_RULE_INVALID
 */
export async function explain(kernel: Kernel, asked: ExplainRequest): Promise<Verdict<AnswerRow>> {
  const operation =
    [create, COMPLETE].find(({ name, word }) => asked.operation === name || asked.operation === word) ??
    findOperation(kernel, asked.operation);
  const input = asked.input ?? {};
  checkInput(operation.input, input);
  const candidate =
    asked.candidate === undefined ? null : candidateFor(kernel, operation.word, asked.candidate);
  await kernel.rules.refresh(asked.actor);
  const requestId = randomUUID();
  const request: Request = { actor: asked.actor, now: asked.now, requestId, correlationId: requestId };
  return kernel.database.read(async (session) => {
    const snapshot = (await session.orders.load([asked.order])).get(asked.order);
    if (snapshot === undefined) {
      throw new OrderwrightError('OW_ORDER_UNKNOWN', `There is no Production Order ${asked.order}`);
    }
    const active = await kernel.rules.active(session);
    const rules = candidate === null ? active : withCandidate(active, candidate);
    const parts = { kernel, session, rules, operation, snapshot, input, request };
    const ask: Ask = { ...parts, dryRun: true, automatic: false, override: null };
    const decided = await decideOrder(ask);
    const proposed = { ...ask, snapshot: decided.proposal.snapshot };
    const { order, product } = proposed.snapshot;
    const facts = await factsUnlessFailed(proposed);
    // A plugin whose facts do not come is a violation of the row; no rule can be explained without them.
    const asking = facts === null ? { rules: [], broken: [] } : rules.of(operation.word);
    const explained = await explainRules({
      ...asking,
      facts: facts ?? {},
      registry: kernel.registry,
      scope: { facility: order.facility, product: order.product, productGroup: product.productGroup },
      operation: operation.name,
      language: kernel.configuration.language,
    });
    const row = {
      ...rowOf(snapshot, decided),
      rules: explained as unknown as JsonValue,
    } as unknown as AnswerRow;
    return { requestId, ruleSet: rules.hash, orders: [row] };
  });
}

/** @throws OrderwrightError OW_RULE_INVALID for a text that is no rule, or one of another operation */
export function candidateFor(kernel: Kernel, word: string, text: string): Rule {
  const candidate = candidateRule(kernel, text);
  if (candidate.operation === word) return candidate;
  const message = `is ${candidate.id}, which is not asked before ${word}`;
  throw new OrderwrightError('OW_RULE_INVALID', `The text's id ${message}`, [
    { path: '$.id', code: 'OW_RULE_INVALID', message },
  ]);
}

async function factsUnlessFailed(ask: Ask): Promise<Facts | null> {
  try {
    return await readFacts(ask, orderContext(ask));
  } catch (error) {
    if (error instanceof PluginFailed) return null;
    throw error;
  }
}
