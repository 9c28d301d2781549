/** What importing a plant needs from the world: a reader of plant files, and a store of plants in a transaction. */
import type { JsonValue } from '../core/json.js';
import type { ExistingPlant, Plant, PlantEntity } from '../core/plant/plant.js';
import type { Problem } from '../core/problem.js';

export interface PlantReader {
  /** The JSON value with nulls left out, or what is wrong with the text. */
  read(text: string): { value: JsonValue } | { problems: Problem[] };
  /** Where the value isn't of the plant file's shape; none where it is. */
  shapeProblems(value: JsonValue): Problem[];
}

/** Works inside its caller's transaction. */
export interface PlantStore {
  existing(): Promise<ExistingPlant>;
  /** The entities of an array of the plant file that the host keeps, so that it can't be imported; none where it can. */
  kept(array: PlantEntity): readonly string[];
  /**
   * Writes all of the plant but its production order steps and dependencies, which belong to a plugin. With `replace`
   * a row of the same name is updated in place: it keeps its key, and what belongs to it is written anew.
   */
  write(plant: Plant, options: { replace: boolean }): Promise<void>;
}
