/**
 * The verdict on a collection of materials before the host acts (design 3.6, Pre): it changes nothing but the journal, and
 * the values of the request win over what is read.
 */
import { materialOperationName } from '../../core/hooks/hook-point.js';
import type { JsonObject } from '../../core/json.js';
import type { AnswerRow, Request } from '../../ports/plugin.js';
import { checkInput } from '../check-input.js';
import { checkValues, checkValuesBy, type AskedRow } from '../check-values.js';
import { answerPre, runOfPre, type Evaluated, type PreAsked, type PreParts } from '../pre-hook.js';
import type { SharedRead } from '../shared-reads.js';
import type { Run } from '../transaction.js';
import { decideMaterial } from './decide-material.js';
import type { MaterialOperation } from './material-operation.js';
import { findMaterialOperation } from './material-operations.js';
import { MATERIAL_VALUES } from './material-values.js';
import {
  askAbout,
  ofMaterials,
  propose,
  recordOf,
  refuseMaterial,
  rowOf,
  type MaterialVerdict,
} from './perform-materials.js';

export interface EvaluateMaterialsRequest extends PreAsked {
  operation: string;
  /** Materials by name, with what the caller knows of them; for Create the names that they get, and their fields. */
  materials: readonly AskedRow[];
  input?: JsonObject;
}

/**
 * @throws OrderwrightError OW_OPERATION_UNKNOWN, OW_INPUT_INVALID
 */
export async function evaluateMaterials(
  parts: PreParts,
  asked: EvaluateMaterialsRequest,
): Promise<MaterialVerdict> {
  const operation = findMaterialOperation(asked.operation);
  const { input = {}, materials } = asked;
  const isCreate = operation.name === 'Create';
  checkValues('materials', materials, checkValuesBy(isCreate ? CREATED_VALUES : MATERIAL_VALUES));
  if (!isCreate) checkInput(operation.input, input);
  const questions = materials.map((row) => questionOf(operation, input, row));
  if (isCreate) for (const question of questions) checkInput(operation.input, question.input);
  const answer = await answerPre(
    parts,
    {
      asked,
      operation: materialOperationName(operation.name),
      rows: questions.map(({ name, input: own }) => ({
        name,
        order: typeof own.order === 'string' ? own.order : null,
        details: { material: name },
      })),
    },
    (request, inTime) =>
      parts.reads.read([], (read) =>
        evaluateAll(parts, { asked, operation, questions, request, inTime, read }),
      ),
  );
  return ofMaterials(answer);
}

interface MaterialQuestion {
  name: string;
  input: JsonObject;
  values: JsonObject;
}

/** Fields of a material that Create takes; the others follow from the order. */
const CREATED_FIELDS = ['quantity', 'units', 'facility', 'flowPath'] as const;
const CREATED_VALUES: JsonObject = {
  ...MATERIAL_VALUES,
  properties: Object.fromEntries(
    Object.entries(MATERIAL_VALUES.properties as JsonObject).filter(([field]) =>
      ['name', 'productionOrder', ...CREATED_FIELDS].includes(field),
    ),
  ),
};

/** A material that is yet to be has no row that its values could win over: they are its part of the input. */
function questionOf(
  { name: operation }: MaterialOperation,
  input: JsonObject,
  { name, values = {} }: AskedRow,
): MaterialQuestion {
  if (operation !== 'Create') return { name, input, values };
  const { productionOrder } = values;
  const own = CREATED_FIELDS.filter((field) => (values[field] ?? null) !== null);
  const said = Object.fromEntries(own.map((field) => [field, values[field] ?? null]));
  const order = typeof productionOrder === 'string' ? { order: productionOrder } : {};
  return { name, input: { ...input, ...said, ...order }, values: {} };
}

interface Question {
  asked: EvaluateMaterialsRequest;
  operation: MaterialOperation;
  questions: readonly MaterialQuestion[];
  request: Request;
  inTime: () => void;
  read: SharedRead;
}

async function evaluateAll(
  { kernel }: PreParts,
  { asked, operation, questions, request, inTime, read }: Question,
): Promise<Evaluated> {
  const run = runOfPre(kernel, asked, request, read);
  const rows: AnswerRow[] = [];
  for (const question of questions) {
    inTime();
    rows.push(await evaluateOne(run, operation, question));
  }
  return { run, rows };
}

async function evaluateOne(
  run: Run,
  operation: MaterialOperation,
  { name, input, values }: MaterialQuestion,
): Promise<AnswerRow> {
  const found = await askAbout(run, operation, name, { input, values });
  if ('violation' in found) return refuseMaterial(run, operation, name, found);
  const decided = await decideMaterial(found, await propose(found));
  const state = operation.name === 'Create' ? null : found.snapshot.material.state;
  const row = rowOf(state, found, decided);
  const recorded = recordOf(found, decided, row, null);
  const said = Object.keys(values).length === 0 ? {} : { values };
  run.recorded.push({ ...recorded, details: { ...recorded.details, ...said, moment: 'Pre' } });
  return row;
}
