/** Import: a plant file into the store, all or nothing. It runs no rule and no hook and writes no event. */
import type { JsonValue } from '../core/json.js';
import { checkPlant } from '../core/plant/check-plant.js';
import { PLANT_ENTITIES } from '../core/plant/plant.js';
import type { PlantEntity, PlantOrderStep, PlantStepDependency } from '../core/plant/plant.js';
import type { Problem } from '../core/problem.js';
import { OrderwrightError } from '../core/problem.js';
import type { PlantReader, PlantStore } from '../ports/plant-store.js';

export interface ImportRequest {
  /** The plant file's text. */
  text: string;
  /** The only arrays of the file to import; `companies` includes the plant's own company. All where left out. */
  only?: readonly string[];
  /** Update what has the same name; it is a problem otherwise. */
  replace?: boolean;
}

export interface ImportAnswer {
  /** How many entries of each array of the file were imported. */
  imported: Partial<Record<PlantEntity, number>>;
}

export interface ImportOutcome {
  answer: ImportAnswer;
  /** Not written yet: they are the caller's to hand to the plugin that owns them, in the same transaction. */
  productionOrderSteps: PlantOrderStep[];
  productionOrderStepDependencies: PlantStepDependency[];
}

/**
 * Imports a plant in the caller's transaction.
 * @throws OrderwrightError OW_PLANT_INVALID with every problem, before anything is written; OW_USAGE where `only`
 * names no array of the plant file.
 */
export async function importPlant(
  { text, only, replace = false }: ImportRequest,
  { store, reader }: { store: PlantStore; reader: PlantReader },
): Promise<ImportOutcome> {
  const entities = only && entitiesOf(only);
  const parsed = reader.read(text);
  if ('problems' in parsed) throw invalid(parsed.problems);
  const value = entities ? limited(parsed.value, entities) : parsed.value;
  const shapeProblems = [...reader.shapeProblems(value), ...keptByHost(value, store)];
  const { plant, problems } = checkPlant({
    value,
    shapeProblems,
    existing: await store.existing(),
    replace,
    // With `only`, the plant's zone may be there to read the times of what is imported.
    importsCompany: (!entities || entities.has('companies')) && store.kept('companies').length === 0,
  });
  if (problems.length > 0) throw invalid(problems);
  await store.write(plant, { replace });
  return {
    answer: { imported: countOf(value) },
    productionOrderSteps: plant.productionOrderSteps,
    productionOrderStepDependencies: plant.productionOrderStepDependencies,
  };
}

/** Arrays of the file that are the host's to keep: an import is no way around it. */
function keptByHost(value: JsonValue, store: PlantStore): Problem[] {
  if (value === null || typeof value !== 'object') return [];
  const file = value as Partial<Record<PlantEntity | 'companyWorkSchedule', JsonValue>>;
  return PLANT_ENTITIES.flatMap((array): Problem[] => {
    const key =
      array === 'companies' && file.companyWorkSchedule !== undefined ? 'companyWorkSchedule' : array;
    const kept = file[key] === undefined ? [] : store.kept(array);
    if (kept.length === 0) return [];
    const message = `can't be imported: the mapping has ${kept.join(' and ')} from the host; --only leaves it out`;
    return [{ path: `$.${key}`, code: 'OW_SOURCE_IS_HOST', message }];
  });
}

function entitiesOf(only: readonly string[]): Set<PlantEntity> {
  const known = new Set<string>(PLANT_ENTITIES);
  const unknown = only.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new OrderwrightError(
      'OW_USAGE',
      `The plant file has no ${unknown.join(', ')}.\nMaybe one of ${PLANT_ENTITIES.join(', ')}.`,
      [],
      true,
    );
  }
  return new Set(only as PlantEntity[]);
}

function limited(value: JsonValue, entities: Set<PlantEntity>): JsonValue {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const left = new Set<string>(PLANT_ENTITIES.filter((entity) => !entities.has(entity)));
  if (!entities.has('companies')) left.add('companyWorkSchedule');
  return Object.fromEntries(Object.entries(value).filter(([key]) => !left.has(key)));
}

function countOf(value: JsonValue): ImportAnswer['imported'] {
  const file = value as Partial<Record<PlantEntity, JsonValue[]>>;
  return Object.fromEntries(
    PLANT_ENTITIES.flatMap((entity) => (file[entity] ? [[entity, file[entity].length]] : [])),
  );
}

function invalid(problems: Problem[]): OrderwrightError {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return new OrderwrightError(
    'OW_PLANT_INVALID',
    `The plant file has ${count}; nothing was imported.`,
    problems,
  );
}
