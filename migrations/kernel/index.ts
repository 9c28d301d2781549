/** The migrations of the kernel's own tables, in the order in which they run. */
import type { MigrationList } from '../../src/ports/migration.js';
import createClosedQuantities from './20261122095000_create_closed_quantities.js';
import createJournalAndRuleSets from './20261122091000_create_journal_and_rule_sets.js';
import createInstallation from './20261122096000_create_installation.js';
import createHostActionDelivery from './20261122098000_create_host_action_delivery.js';
import createHostLooks from './20261122097000_create_host_looks.js';
import createEventQueue from './20261122094000_create_event_queue.js';

export const kernelMigrations: MigrationList = [
  { name: '20261122091000_create_journal_and_rule_sets', migration: createJournalAndRuleSets },
  { name: '20261122094000_create_event_queue', migration: createEventQueue },
  { name: '20261122095000_create_closed_quantities', migration: createClosedQuantities },
  { name: '20261122096000_create_installation', migration: createInstallation },
  { name: '20261122097000_create_host_looks', migration: createHostLooks },
  { name: '20261122098000_create_host_action_delivery', migration: createHostActionDelivery },
];
