/**
 * Where an import reads and writes (design 3.9): the reference MES has tables for all of a plant file; beside a host only
 * entities whose source is orderwright have tables of ours, and what the rest is called is read through the host views.
 */
import type { PlantEntity } from '../../core/plant/plant.js';
import type { TableName } from '../../ports/migration.js';
import { hostKind, ownTable, type HostMapping } from './mapping.js';

export interface PlantPlaces {
  /** Where rows of a table of the reference MES are read. */
  read(table: TableName): TableName;
  /** Where they are written; null where the host keeps them. */
  write(table: TableName): TableName | null;
  /** The entities of an array of the plant file that the host keeps; none where any of its parts can be imported. */
  kept(array: PlantEntity): readonly string[];
}

/** What an array of the plant file is made of. */
const PARTS: Readonly<Partial<Record<PlantEntity, readonly string[]>>> = {
  companies: ['Company'],
  workSchedules: ['WorkSchedule'],
  facilities: ['Facility'],
  departments: ['Department'],
  workCenterTypes: ['WorkCenterType'],
  workCenters: ['WorkCenter', 'Absence'],
  steps: ['Step'],
  flows: ['Flow', 'FlowItem'],
  products: ['Product', 'UnitConversion'],
  billsOfMaterials: ['BillOfMaterials', 'BillOfMaterialsOperation', 'BillOfMaterialsComponent'],
  productionOrders: ['ProductionOrder'],
  materials: ['Material', 'ProductionOrderMaterial'],
  startedOperations: ['StartedOperation'],
};

/** Tables of the reference MES that no host view shows, with the entity that they belong to. */
const BELONGS: Readonly<Record<string, string>> = { ProductFlowPath: 'Product' };

/** The reference MES has a place for everything. */
export const REFERENCE_PLACES: PlantPlaces = {
  read: (table) => table,
  write: (table) => table,
  kept: () => [],
};

export function plantPlaces(mapping: HostMapping): PlantPlaces {
  if (hostKind(mapping) === 'mes') return REFERENCE_PLACES;
  const isOwn = (entity: string) => mapping.entities[`Host${entity}`]?.source === 'orderwright';
  const entityOf = (table: TableName) => /^mes\.(.*)$/.exec(table)?.[1] ?? null;
  return {
    read(table) {
      const entity = entityOf(table);
      return entity === null || entity in BELONGS ? ownTable(table) : `orderwright.Host${entity}`;
    },
    write(table) {
      const entity = entityOf(table);
      return entity === null || isOwn(BELONGS[entity] ?? entity) ? ownTable(table) : null;
    },
    kept(array) {
      const parts = PARTS[array] ?? [];
      return parts.some(isOwn) ? [] : parts;
    },
  };
}
