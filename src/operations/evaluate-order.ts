/** One order against the rules of one operation: its context, its facts, and what the rules say. */
import { flowExpansions, type ResolvedFlowPath } from '../core/order/flow-path.js';
import { orderFacts } from '../core/order/order-fact-values.js';
import type { OrderSnapshot } from '../core/order/production-order.js';
import { OrderwrightError } from '../core/problem.js';
import { evaluateRules, type RulesAnswer } from '../core/rules/evaluate-rules.js';
import { completeFacts, type Facts } from '../core/rules/fact.js';
import type { Session } from '../ports/database.js';
import type { OrderContext, Request } from '../ports/plugin.js';
import type { InstalledPlugin, Kernel } from './kernel.js';
import type { DecideContext, Operation, Prepared } from './operation.js';
import type { ActiveRules } from './rule-book.js';

/** One question: may this order go through this operation? */
export interface Ask {
  kernel: Kernel;
  session: Session;
  rules: ActiveRules;
  operation: Operation;
  snapshot: OrderSnapshot;
  input: OrderContext['input'];
  request: Request;
  dryRun: boolean;
  automatic: boolean;
  /** The rule that this order is let through. */
  override: string | null;
  /** Where the order is one of several. */
  prepared?: Prepared | undefined;
}

export function orderContext(ask: Ask): DecideContext {
  const { snapshot } = ask;
  const flows = flowExpansions(snapshot.flows);
  const path = snapshot.order.flowPath ?? snapshot.product.flowPath;
  const flowPath: ResolvedFlowPath | null = path === null ? null : flows.resolve(path);
  return {
    ...ask.request,
    operation: ask.operation.name,
    snapshot,
    input: ask.input,
    dryRun: ask.dryRun,
    automatic: ask.automatic,
    flows,
    flowPath,
    session: ask.session,
  };
}

/** All rules of the operation on this order; `context.snapshot` is the order as the operation would have it. */
export async function evaluateOperationRules(ask: Ask, context: OrderContext): Promise<RulesAnswer> {
  const { order, product } = context.snapshot;
  return evaluateRules({
    ...ask.rules.of(ask.operation.word),
    facts: await readFacts(ask, context),
    registry: ask.kernel.registry,
    scope: { facility: order.facility, product: order.product, productGroup: product.productGroup },
    operation: ask.operation.name,
    language: ask.kernel.configuration.language,
  });
}

/** The kernel's facts, and those of the plugins whose facts a rule of the operation reads. */
export async function readFacts(ask: Ask, context: OrderContext): Promise<Facts> {
  const wanted = ask.rules.factsOf(ask.operation.word);
  let facts = orderFacts(context.snapshot, context.flowPath);
  for (const plugin of ask.kernel.plugins) {
    const { facts: read } = plugin.code;
    const declared = plugin.manifest.facts ?? [];
    if (read === undefined || !declared.some((fact) => wanted.has(fact.name))) continue;
    facts = { ...facts, ...(await guardedFacts(plugin, () => read(context))) };
  }
  return completeFacts(ask.kernel.registry, facts);
}

/** The facts that a plugin declares, and no others: it can't change what a fact of somebody else says. */
async function guardedFacts(plugin: InstalledPlugin, read: () => Promise<Facts>): Promise<Facts> {
  const facts: unknown = await failingAs(plugin, read);
  if (facts === null || typeof facts !== 'object')
    throw new PluginFailed(plugin.manifest.name, new Error('it answered no facts'));
  const declared = new Set((plugin.manifest.facts ?? []).map((fact) => fact.name));
  return Object.fromEntries(Object.entries(facts as Facts).filter(([name]) => declared.has(name)));
}

/** @throws PluginFailed where the plugin's code throws. */
export async function failingAs<T>(plugin: InstalledPlugin, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new PluginFailed(plugin.manifest.name, error);
  }
}

/** A plugin threw, or answered what is no answer. */
export class PluginFailed extends OrderwrightError {
  constructor(
    readonly plugin: string,
    override readonly cause: unknown,
  ) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super('OW_PLUGIN_FAILED', `The plugin ${plugin} failed: ${message}`);
  }
}
