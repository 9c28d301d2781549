/**
 * The verdict about one order in one operation: state model, facts, rules, plugins' Pre hooks, and what the operation
 * itself decides. It writes nothing.
 */
import { hookPoint } from '../core/hooks/hook-point.js';
import type { OrderSnapshot } from '../core/order/production-order.js';
import type { Facts } from '../core/rules/fact.js';
import type { Mode, Violation } from '../core/rules/verdict.js';
import { operationSettings } from '../ports/configuration.js';
import type { AnswerRow, Decision, OrderContext, PreContext } from '../ports/plugin.js';
import { completion } from './completion.js';
import { evaluateOperationRules, orderContext, PluginFailed, type Ask } from './evaluate-order.js';
import { judge, pluginViolation, refuses, timeViolation } from './judge.js';
import { proposeNothing, type Proposal } from './operation.js';
import { TimeBudgetExceeded, withinTime } from './time-budget.js';

export interface Decided {
  allowed: boolean;
  mode: Mode;
  violations: Violation[];
  warnings: Violation[];
  /** The facts that the rules read. */
  facts: Facts;
  overridden: boolean;
  proposal: Proposal;
  /** What an operation of a plugin decided; null where it was refused before, or is the kernel's. */
  decision: Decision | null;
}

/**
 * @param preconditionsOnly leaves out what a plugin's operation decides after its rules: whether the operation may be
 * asked for at all, and not what it would come to.
 */
export async function decideOrder(ask: Ask, preconditionsOnly = false): Promise<Decided> {
  const settings = operationSettings(ask.kernel.configuration, ask.operation.name);
  const context = orderContext(ask);
  const proposal = await propose(ask, context, settings.timeBudgetMs);
  const proposed = orderContext({ ...ask, snapshot: proposal.snapshot });
  const point = hookPoint(ask.operation.name, 'Pre');
  const answer = await judge({
    settings,
    plugins: ask.kernel.plugins,
    override: ask.override,
    rules: () => evaluateOperationRules(ask, proposed),
    preHook: ({ code }) => {
      const hook = code.pre?.[point];
      return hook && (() => hook(preContext(ask, proposed)));
    },
  });
  // Observe lets pass what rules and plugins refuse; what the operation itself refuses can't be carried out.
  const blocking = settings.mode === 'enforce' ? answer.violations.length : 0;
  let allowed = proposal.violations.length === 0 && blocking === 0;
  const decide = allowed && !preconditionsOnly ? ask.operation.decide : undefined;
  const decision = decide === undefined ? null : await decideGuarded(() => decide(proposed, ask.prepared));
  if (decision !== null && decision.violations.length > 0) allowed = false;
  return {
    allowed,
    mode: settings.mode,
    violations: [...proposal.violations, ...answer.violations, ...(decision?.violations ?? [])],
    warnings: [...proposal.warnings, ...answer.warnings, ...(decision?.warnings ?? [])],
    facts: answer.facts,
    overridden: answer.overridden,
    proposal,
    decision,
  };
}

/** What can't be proposed, because a plugin's facts are needed for it and do not come, is refused. */
async function propose(ask: Ask, context: OrderContext, budget: number): Promise<Proposal> {
  const completes = () => withinTime(budget, async () => (await completion(ask)).holds);
  try {
    return await ask.operation.propose({ ...context, completes });
  } catch (error) {
    let violation: Violation;
    if (error instanceof TimeBudgetExceeded) violation = timeViolation('refuse', budget);
    else if (error instanceof PluginFailed) violation = pluginViolation(error);
    else throw error;
    return { ...proposeNothing(context), violations: [violation] };
  }
}

async function decideGuarded(decide: () => Promise<Decision>): Promise<Decision> {
  try {
    return await decide();
  } catch (error) {
    if (!(error instanceof PluginFailed)) throw error;
    return { violations: [pluginViolation(error)], warnings: [] };
  }
}

export function preContext(ask: Ask, context: OrderContext): PreContext {
  return {
    ...context,
    async preconditions(name) {
      const operation = operationOf(ask, name);
      const answer = await evaluateOperationRules(
        { ...ask, operation },
        { ...context, operation: name, input: {} },
      );
      return answer.violations.filter(refuses).map(({ violation }) => violation);
    },
  };
}

/** What another operation would answer about the order of `ask`. */
export async function evaluateOther(
  ask: Ask,
  name: string,
  input: OrderContext['input'],
): Promise<AnswerRow> {
  const inner: Ask = {
    ...ask,
    prepared: undefined,
    operation: operationOf(ask, name),
    input,
    dryRun: true,
    automatic: true,
    override: null,
  };
  return rowOf(ask.snapshot, await decideOrder(inner));
}

function operationOf({ kernel }: Ask, name: string) {
  const operation = kernel.operations.get(name);
  if (operation === undefined) throw new Error(`There is no operation ${name}`);
  return operation;
}

/** The row of an answer about an order in the state that the snapshot shows. */
export function rowOf(snapshot: OrderSnapshot, decided: Decided): AnswerRow {
  return {
    name: snapshot.order.name,
    allowed: decided.allowed,
    mode: decided.mode,
    state: snapshot.order.state,
    violations: decided.violations,
    warnings: decided.warnings,
    ...decided.decision?.answer,
  } as AnswerRow;
}
