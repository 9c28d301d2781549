/**
 * The verdict about one order in one operation: state model, facts, rules, plugins' Pre hooks, and what the operation
 * itself decides. It writes nothing.
 */
import { hookPoint } from '../core/hooks/hook-point.js';
import type { OrderSnapshot } from '../core/order/production-order.js';
import type { RuleViolation } from '../core/rules/evaluate-rules.js';
import type { Facts } from '../core/rules/fact.js';
import type { Mode, Violation } from '../core/rules/verdict.js';
import { operationSettings } from '../ports/configuration.js';
import type { AnswerRow, Decision, OrderContext, PreContext } from '../ports/plugin.js';
import { completes } from './completion.js';
import { evaluateOperationRules, failingAs, orderContext, PluginFailed, type Ask } from './evaluate-order.js';
import type { InstalledPlugin } from './kernel.js';
import type { Proposal } from './operation.js';
import { refusal } from './state-operation.js';
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
  const proposal = await ask.operation.propose({ ...context, completes: () => completes(ask) });
  const proposed = orderContext({ ...ask, snapshot: proposal.snapshot });
  let answer: Evaluated;
  try {
    answer = await withinTime(settings.timeBudgetMs, () => evaluate(ask, proposed));
  } catch (error) {
    if (error instanceof TimeBudgetExceeded)
      answer = outOfTime(settings.whenUnavailable, settings.timeBudgetMs);
    else if (error instanceof PluginFailed) answer = refusedFor(pluginViolation(error));
    else throw error;
  }
  // Observe lets pass what rules and plugins refuse; what the operation itself refuses can't be carried out.
  const blocking = settings.mode === 'enforce' ? answer.violations.length : 0;
  let allowed = proposal.violations.length === 0 && blocking === 0;
  const decide = allowed && !preconditionsOnly ? ask.operation.decide : undefined;
  const decision = decide === undefined ? null : await decide(proposed);
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

interface Evaluated {
  violations: Violation[];
  warnings: Violation[];
  facts: Facts;
  overridden: boolean;
}

async function evaluate(ask: Ask, context: OrderContext): Promise<Evaluated> {
  const answer = await evaluateOperationRules(ask, context);
  const evaluated: Evaluated = { violations: [], warnings: [], facts: answer.factsRead, overridden: false };
  for (const found of answer.violations) {
    if (found.rule === ask.override) {
      evaluated.overridden = true;
      evaluated.warnings.push({ ...found.violation, code: 'OW_RULE_OVERRIDDEN' });
    } else if (refuses(found)) {
      evaluated.violations.push(found.violation);
    } else {
      evaluated.warnings.push(found.violation);
    }
  }
  for (const plugin of ask.kernel.plugins) {
    const hook = plugin.code.pre?.[hookPoint(ask.operation.name, 'Pre')];
    if (hook === undefined) continue;
    const said = await guarded(plugin, () => hook(preContext(ask, context)));
    evaluated.violations.push(...(said?.violations ?? []));
    evaluated.warnings.push(...(said?.warnings ?? []));
  }
  return evaluated;
}

function refuses(found: RuleViolation): boolean {
  return found.severity === 'refuse' && found.mode === 'enforce';
}

/**
 * What a hook answers, checked: a plugin's code is not trusted to give the shape it promised.
 * @throws PluginFailed where it throws or answers something else.
 */
export async function guarded<T extends { violations?: Violation[]; warnings?: Violation[] }>(
  plugin: InstalledPlugin,
  hook: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const said = await failingAs(plugin, hook);
  const lists = [said?.violations ?? [], said?.warnings ?? []] as unknown[];
  if (lists.every((list) => Array.isArray(list) && list.every(isViolation))) return said;
  throw new PluginFailed(plugin.manifest.name, new Error('its hook answered no list of violations'));
}

function isViolation(value: unknown): value is Violation {
  const { code, message } = (value ?? {}) as Partial<Violation>;
  return typeof code === 'string' && typeof message === 'string';
}

function outOfTime(whenUnavailable: 'refuse' | 'allow', budget: number): Evaluated {
  const message = `No verdict within ${budget} ms; the operation is set to ${whenUnavailable} then.`;
  const violation = refusal('OW_TIME_BUDGET', 'A verdict in time', message);
  return whenUnavailable === 'refuse'
    ? refusedFor(violation)
    : { violations: [], warnings: [violation], facts: {}, overridden: false };
}

function refusedFor(violation: Violation): Evaluated {
  return { violations: [violation], warnings: [], facts: {}, overridden: false };
}

/** Doubt refuses: a plugin that can't be heard has allowed nothing. */
export function pluginViolation(failure: PluginFailed): Violation {
  return refusal('OW_PLUGIN_FAILED', `The plugin ${failure.plugin} answers`, failure.message);
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
