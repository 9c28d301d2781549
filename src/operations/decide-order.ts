/**
 * The verdict about one order in one operation: state model, facts, rules, plugins' Pre hooks, and what the operation
 * itself decides. It writes nothing.
 */
import { hookPoint } from '../core/hooks/hook-point.js';
import type { OrderSnapshot } from '../core/order/production-order.js';
import type { RuleViolation } from '../core/rules/evaluate-rules.js';
import type { Facts } from '../core/rules/fact.js';
import { refusal, type Mode, type Violation } from '../core/rules/verdict.js';
import { operationSettings } from '../ports/configuration.js';
import type { AnswerRow, Decision, OrderContext, PreContext } from '../ports/plugin.js';
import { completes } from './completion.js';
import { evaluateOperationRules, failingAs, orderContext, PluginFailed, type Ask } from './evaluate-order.js';
import type { InstalledPlugin } from './kernel.js';
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
  let answer: Evaluated;
  try {
    answer = await withinTime(settings.timeBudgetMs, () => evaluate(ask, proposed));
  } catch (error) {
    if (!(error instanceof TimeBudgetExceeded)) throw error;
    answer = outOfTime(settings.whenUnavailable, settings.timeBudgetMs);
  }
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
  const completion = () => withinTime(budget, () => completes(ask));
  try {
    return await ask.operation.propose({ ...context, completes: completion });
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

interface Evaluated {
  violations: Violation[];
  warnings: Violation[];
  facts: Facts;
  overridden: boolean;
}

async function evaluate(ask: Ask, context: OrderContext): Promise<Evaluated> {
  const evaluated: Evaluated = { violations: [], warnings: [], facts: {}, overridden: false };
  await orRefused(evaluated, async () => {
    const answer = await evaluateOperationRules(ask, context);
    evaluated.facts = answer.factsRead;
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
  });
  for (const plugin of ask.kernel.plugins) {
    const hook = plugin.code.pre?.[hookPoint(ask.operation.name, 'Pre')];
    if (hook === undefined) continue;
    await orRefused(evaluated, async () => {
      const said = await guarded(plugin, () => hook(preContext(ask, context)));
      evaluated.violations.push(...(said?.violations ?? []));
      evaluated.warnings.push(...(said?.warnings ?? []));
    });
  }
  return evaluated;
}

/** A plugin that fails refuses, beside what the rules and the other plugins say. */
async function orRefused(evaluated: Evaluated, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof PluginFailed)) throw error;
    evaluated.violations.push(pluginViolation(error));
  }
}

function refuses(found: RuleViolation): boolean {
  return found.severity === 'refuse' && found.mode === 'enforce';
}

/**
 * What a hook answers, checked: a plugin's code is not trusted to give the shape it promised.
 * @throws PluginFailed where it throws or answers something else.
 */
export async function guarded<T extends HookAnswer>(
  plugin: InstalledPlugin,
  hook: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const { name } = plugin.manifest;
  const said: unknown = await failingAs(plugin, hook);
  if (said === undefined || said === null) return undefined;
  if (!isAnswer(said)) {
    throw new PluginFailed(name, new Error('its hook answered something else than violations and warnings'));
  }
  const usual = { rule: null, title: `The plugin ${name}`, conditions: [], fix: [] };
  const completed = (list: Violation[]) => list.map((violation) => ({ ...usual, ...violation }));
  return {
    ...said,
    ...(said.violations !== undefined && { violations: completed(said.violations) }),
    ...(said.warnings !== undefined && { warnings: completed(said.warnings) }),
  } as T;
}

interface HookAnswer {
  violations?: Violation[];
  warnings?: Violation[];
}

/** A word that no hook knows, such as `allowed`, is doubt too. */
function isAnswer(said: unknown): said is HookAnswer {
  if (!isObject(said)) return false;
  const { violations = [], warnings = [], effect = {}, journal = {}, ...unknown } = said;
  const lists = [violations, warnings].every((list) => Array.isArray(list) && list.every(isViolation));
  const objects = [effect, journal].every((part) => isObject(part) && isJson(part));
  return lists && objects && Object.keys(unknown).length === 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isViolation(value: unknown): value is Violation {
  if (!isObject(value)) return false;
  const { code, message, conditions = [], fix = [] } = value;
  const texts = typeof code === 'string' && typeof message === 'string';
  return texts && Array.isArray(conditions) && Array.isArray(fix) && isJson(value);
}

function isJson(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}

function outOfTime(whenUnavailable: 'refuse' | 'allow', budget: number): Evaluated {
  const found = [timeViolation(whenUnavailable, budget)];
  const unheard = { facts: {}, overridden: false };
  return whenUnavailable === 'refuse'
    ? { violations: found, warnings: [], ...unheard }
    : { violations: [], warnings: found, ...unheard };
}

function timeViolation(whenUnavailable: 'refuse' | 'allow', budget: number): Violation {
  const message = `No verdict within ${budget} ms; the operation is set to ${whenUnavailable} then.`;
  return refusal('OW_TIME_BUDGET', 'A verdict in time', message);
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
