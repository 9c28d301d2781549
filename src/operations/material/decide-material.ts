/** The verdict about one material in one operation: what it comes to, facts, rules, plugins' Pre hooks. It writes nothing. */
import { materialHookPoint, materialOperationName } from '../../core/hooks/hook-point.js';
import type { JsonObject } from '../../core/json.js';
import { materialFacts, type MaterialSubject } from '../../core/order/material-fact-values.js';
import type { MaterialProposal } from '../../core/order/material-proposals.js';
import { evaluateRules, type RulesQuestion } from '../../core/rules/evaluate-rules.js';
import { completeFacts, type Facts } from '../../core/rules/fact.js';
import type { Mode, Violation } from '../../core/rules/verdict.js';
import { operationSettings } from '../../ports/configuration.js';
import type { MaterialContext } from '../../ports/plugin.js';
import { orderContext, readFacts, type Ask } from '../evaluate-order.js';
import { judge } from '../judge.js';
import { proposeNothing } from '../operation.js';
import type { Run } from '../transaction.js';
import type { MaterialOperation } from './material-operation.js';

/** One question: may this material go through this operation? */
export interface MaterialAsk extends MaterialSubject {
  run: Run;
  operation: MaterialOperation;
  input: JsonObject;
}

export interface DecidedMaterial {
  allowed: boolean;
  mode: Mode;
  violations: Violation[];
  warnings: Violation[];
  /** The facts that the rules read. */
  facts: Facts;
  overridden: boolean;
  proposal: MaterialProposal;
}

export async function decideMaterial(ask: MaterialAsk, proposal: MaterialProposal): Promise<DecidedMaterial> {
  const { run, operation } = ask;
  const settings = operationSettings(run.kernel.configuration, materialOperationName(operation.name));
  const judged = await judge({
    settings,
    plugins: run.kernel.plugins,
    override: run.override?.rule ?? null,
    rules: async () => evaluateRules(await rulesQuestion(ask, proposal)),
    preHook: ({ code }) => {
      const hook = code.pre?.[materialHookPoint(operation.name, 'Pre')];
      return hook && (() => hook(materialContext(ask, proposal)));
    },
  });
  // Observe lets pass what rules and plugins refuse; what can't be carried out is refused all the same.
  const blocking = settings.mode === 'enforce' ? judged.violations.length : 0;
  return {
    allowed: proposal.violations.length === 0 && blocking === 0,
    mode: settings.mode,
    violations: [...proposal.violations, ...judged.violations],
    warnings: [...proposal.warnings, ...judged.warnings],
    facts: judged.facts,
    overridden: judged.overridden,
    proposal,
  };
}

/** The rules of the operation and the facts about this material. */
export async function rulesQuestion(ask: MaterialAsk, proposal: MaterialProposal): Promise<RulesQuestion> {
  const { run, operation, snapshot } = ask;
  const { material, product } = snapshot;
  const { registry, configuration } = run.kernel;
  const facts = { ...(await factsOfOrder(ask)), ...materialFacts(ask, proposal) };
  return {
    ...run.rules.of(operation.word),
    facts: completeFacts(registry, facts),
    registry,
    scope: { facility: material.facility, product: material.product, productGroup: product.productGroup },
    operation: operation.name,
    language: configuration.language,
  };
}

/** The facts of the order that the operation is about, with those of the plugins; none for a material without one. */
async function factsOfOrder({ run, operation, order, input }: MaterialAsk): Promise<Facts> {
  if (order === null) return {};
  const ask: Ask = {
    kernel: run.kernel,
    session: run.session,
    rules: run.rules,
    // Only the word of the rule folder counts here: it says whose facts the rules read.
    operation: { ...operation, propose: proposeNothing },
    snapshot: order,
    input,
    request: run.request,
    dryRun: run.dryRun,
    automatic: false,
    override: null,
  };
  return readFacts(ask, orderContext(ask));
}

export function materialContext(ask: MaterialAsk, proposal: MaterialProposal): MaterialContext {
  const { run, operation, snapshot, order, newOrder, input } = ask;
  return {
    ...run.request,
    operation: operation.name,
    material: snapshot,
    proposal,
    order,
    newOrder,
    input,
    dryRun: run.dryRun,
    session: run.session,
  };
}

/** The names of all orders that a material is linked to, before or after. */
export function ordersConcerned({ snapshot }: MaterialSubject, { links }: MaterialProposal): string[] {
  return [...new Set([...snapshot.links, ...links].map(({ order }) => order))].sort();
}
