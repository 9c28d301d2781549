/** Why an operation on a material would be allowed or refused: every rule with every condition (design 3.5). */
import type { JsonValue } from '../../core/json.js';
import { OrderwrightError } from '../../core/problem.js';
import { explainRules } from '../../core/rules/evaluate-rules.js';
import type { AnswerRow } from '../../ports/plugin.js';
import { checkInput } from '../check-input.js';
import { withCandidate } from '../change-rule.js';
import { candidateFor, type ExplainRequest } from '../explain.js';
import type { Kernel } from '../kernel.js';
import type { Run } from '../transaction.js';
import { decideMaterial, rulesQuestion } from './decide-material.js';
import { findMaterialOperation } from './material-operations.js';
import { askAbout, propose, rowOf, type MaterialVerdict } from './perform-materials.js';
import { randomUUID } from 'node:crypto';

/**
 * A verdict with, per rule, all conditions in `rules`; it changes nothing and is not journalled.
 * @throws OrderwrightError OW_MATERIAL_UNKNOWN, OW_ORDER_UNKNOWN, OW_INPUT_INVALID
 */
export async function explainMaterial(
  kernel: Kernel,
  asked: Omit<ExplainRequest, 'order'> & { material: string },
): Promise<MaterialVerdict> {
  const operation = findMaterialOperation(asked.operation);
  const input = asked.input ?? {};
  checkInput(operation.input, input);
  const candidate =
    asked.candidate === undefined ? null : candidateFor(kernel, operation.word, asked.candidate);
  await kernel.rules.refresh(asked.actor);
  const requestId = randomUUID();
  return kernel.database.read(async (session) => {
    const active = await kernel.rules.active(session);
    const rules = candidate === null ? active : withCandidate(active, candidate);
    const request = { requestId, correlationId: requestId, actor: asked.actor, now: asked.now };
    const journal = { door: 'command' as const, recorded: [], written: { count: 0 }, undoneRows: new Map() };
    const run: Run = {
      kernel,
      session,
      rules,
      request,
      ...journal,
      roles: null,
      override: null,
      dryRun: true,
    };
    const found = await askAbout(run, operation, asked.material, { input });
    if ('violation' in found) throw new OrderwrightError(found.violation.code, found.violation.message);
    const proposal = await propose(found);
    const decided = await decideMaterial(found, proposal);
    const explained = await explainRules(await rulesQuestion(found, proposal));
    const row = rowOf(found.snapshot.material.state, found, decided);
    const explanation = { rules: explained as unknown as JsonValue };
    return {
      requestId,
      ruleSet: rules.hash,
      materials: [{ ...row, ...explanation } as unknown as AnswerRow],
    };
  });
}
