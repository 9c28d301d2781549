/** Import of a plant file in one transaction: our part, the plugins' arrays, and one journal entry. */
import { createHash, randomUUID } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import type { Door } from '../ports/journal.js';
import type { PlantReader } from '../ports/plant-store.js';
import { importPlant, type ImportAnswer, type ImportOutcome, type ImportRequest } from './import-plant.js';
import type { Kernel } from './kernel.js';

export interface ImportPlantRequest extends ImportRequest {
  actor: string;
  door?: Door;
}

/**
 * @throws OrderwrightError OW_PLANT_INVALID with every problem, OW_USAGE
 */
export function importIntoPlant(
  kernel: Kernel,
  reader: PlantReader,
  asked: ImportPlantRequest,
): Promise<ImportAnswer> {
  return kernel.database.write(async (session) => {
    await session.lock(['plant']);
    const outcome = await importPlant(asked, { store: session.plant, reader });
    for (const plugin of kernel.plugins) {
      const { code, manifest } = plugin;
      const rows = claimed(outcome, manifest.plantEntities ?? []);
      const write = code.importPlant;
      if (write !== undefined && rows !== null)
        await write(rows, session, { replace: asked.replace === true });
    }
    for (const { code } of kernel.plugins) await code.afterImport?.(session);
    await session.events.withdraw();
    const requestId = randomUUID();
    const content = createHash('sha256').update(asked.text).digest('hex');
    await session.journal.append([
      {
        actor: asked.actor,
        door: asked.door ?? 'in-process',
        requestId,
        correlationId: requestId,
        operation: 'Import',
        order: null,
        facts: {},
        ruleSet: null,
        verdict: null,
        outcome: 'committed',
        of: null,
        details: { imported: outcome.answer.imported, sha256: content, replace: asked.replace === true },
      },
    ]);
    return outcome.answer;
  });
}

/** The arrays that a plugin keeps; null where the file has nothing in them. */
function claimed(outcome: ImportOutcome, entities: readonly string[]): Record<string, JsonObject[]> | null {
  const { productionOrderSteps, productionOrderStepDependencies } = outcome;
  const arrays: Record<string, unknown[]> = { productionOrderSteps, productionOrderStepDependencies };
  const rows = Object.fromEntries(entities.map((entity) => [entity, (arrays[entity] ?? []) as JsonObject[]]));
  return Object.values(rows).some((list) => list.length > 0) ? rows : null;
}
