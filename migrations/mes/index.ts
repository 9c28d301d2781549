/** The migrations of the reference MES, in the order in which they run. */
import type { MigrationList } from '../../src/ports/migration.js';
import createReferenceMes from './20261122090000_create_reference_mes.js';
import indexOrdersByState from './20261122130000_index_orders_by_state.js';

export const mesMigrations: MigrationList = [
  { name: '20261122090000_create_reference_mes', migration: createReferenceMes },
  { name: '20261122130000_index_orders_by_state', migration: indexOrdersByState },
];
