/**
 * What rules and plugins' Pre hooks say about an order or a material in an operation, within its time budget. Doubt
 * refuses: a plugin that fails, hangs or answers nonsense is a violation.
 */
import type { RulesAnswer, RuleViolation } from '../core/rules/evaluate-rules.js';
import type { Facts } from '../core/rules/fact.js';
import { refusal, type Violation } from '../core/rules/verdict.js';
import type { OperationSettings } from '../ports/configuration.js';
import type { PreAnswer } from '../ports/plugin.js';
import { failingAs, PluginFailed } from './evaluate-order.js';
import type { InstalledPlugin } from './kernel.js';
import { TimeBudgetExceeded, withinTime } from './time-budget.js';

export interface Judged {
  violations: Violation[];
  warnings: Violation[];
  /** The facts that the rules read. */
  facts: Facts;
  overridden: boolean;
}

export interface Question {
  settings: OperationSettings;
  plugins: readonly InstalledPlugin[];
  /** The rule that this order or material is let through. */
  override: string | null;
  rules: () => Promise<RulesAnswer>;
  /** A plugin's Pre hook of the operation, bound to what it is about. */
  preHook: (plugin: InstalledPlugin) => (() => Promise<PreAnswer | undefined>) | undefined;
}

/** @returns every violation there is; what came too late is one of them, or a warning where that is the setting. */
export async function judge(question: Question): Promise<Judged> {
  const { timeBudgetMs, whenUnavailable } = question.settings;
  try {
    return await withinTime(timeBudgetMs, () => ask(question));
  } catch (error) {
    if (!(error instanceof TimeBudgetExceeded)) throw error;
    return outOfTime(whenUnavailable, timeBudgetMs);
  }
}

async function ask({ plugins, override, rules, preHook }: Question): Promise<Judged> {
  const judged: Judged = { violations: [], warnings: [], facts: {}, overridden: false };
  await orRefused(judged, async () => {
    const answer = await rules();
    judged.facts = answer.factsRead;
    for (const found of answer.violations) {
      if (found.rule === override) {
        judged.overridden = true;
        judged.warnings.push({ ...found.violation, code: 'OW_RULE_OVERRIDDEN' });
      } else if (refuses(found)) {
        judged.violations.push(found.violation);
      } else {
        judged.warnings.push(found.violation);
      }
    }
  });
  for (const plugin of plugins) {
    const hook = preHook(plugin);
    if (hook === undefined) continue;
    await orRefused(judged, async () => {
      const said = await guarded(plugin, hook);
      judged.violations.push(...(said?.violations ?? []));
      judged.warnings.push(...(said?.warnings ?? []));
    });
  }
  return judged;
}

/** A plugin that fails refuses, beside what the rules and the other plugins say. */
async function orRefused(judged: Judged, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof PluginFailed)) throw error;
    judged.violations.push(pluginViolation(error));
  }
}

/** Whether a rule that is violated refuses, rather than warns or observes. */
export function refuses(found: RuleViolation): boolean {
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

function outOfTime(whenUnavailable: 'refuse' | 'allow', budget: number): Judged {
  const found = [timeViolation(whenUnavailable, budget)];
  const unheard = { facts: {}, overridden: false };
  return whenUnavailable === 'refuse'
    ? { violations: found, warnings: [], ...unheard }
    : { violations: [], warnings: found, ...unheard };
}

export function timeViolation(whenUnavailable: 'refuse' | 'allow', budget: number): Violation {
  const message = `No verdict within ${budget} ms; the operation is set to ${whenUnavailable} then.`;
  return refusal('OW_TIME_BUDGET', 'A verdict in time', message);
}

/** Doubt refuses: a plugin that can't be heard has allowed nothing. */
export function pluginViolation(failure: PluginFailed): Violation {
  return refusal('OW_PLUGIN_FAILED', `The plugin ${failure.plugin} answers`, failure.message);
}
