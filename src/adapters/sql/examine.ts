/** Looks at a database for `doctor` and writes nothing. */
import type { Knex } from 'knex';
import type { Findings } from '../../core/installation/checks.js';
import { CAPTURED_VIEWS, captureModeOf } from './capture-modes.js';
import { isOurs, outputsWithoutInto, recorded } from './catalog.js';
import type { OpenedDatabase } from './dialect.js';
import { isInstalled, readInstallation, titleOf, type InstallationRecord } from './install.js';
import { mappingDifferences } from './mapping-differences.js';
import type { HostMapping } from './mapping.js';
import { namesOf, pendingOf, type MigrationFolder } from './migration.js';

export interface Examined {
  findings: Omit<Findings, 'ruleProblems' | 'version'>;
  installation: InstallationRecord | null;
}

interface Asked {
  folders: (installation: InstallationRecord | null) => Promise<readonly MigrationFolder[]>;
  mapping: HostMapping | null;
  now: () => string;
}

export async function examine(opened: OpenedDatabase, asked: Asked): Promise<Examined> {
  const { knex, dialect } = opened;
  const environment = await dialect.catalog.environment(knex);
  const readAt = asked.now();
  const installed = await isInstalled(opened);
  const installation = installed ? await readInstallation(opened) : null;
  const pending: string[] = [];
  for (const { folder, list } of installed ? await asked.folders(installation) : []) {
    const names = namesOf(dialect.names, folder);
    pending.push(...(await pendingOf(knex, names, folder, list)).map((name) => `${folder}/${name}`));
  }
  const usable = installed && pending.length === 0;
  const objects = await dialect.catalog.read(knex);
  const ours = isOurs(objects);
  const there = new Map(recorded(objects.filter(ours)).map((object) => [keyOf(object), object.hash]));
  const made = installation?.objects ?? [];
  const mapping = asked.mapping ?? installation?.mapping ?? null;
  const views = Object.keys((installation?.mapping ?? mapping)?.entities ?? {}).map(
    (view) => `view ${dialect.names.table(`orderwright.${view}`)}`,
  );
  const wanted = new Map(
    [...made.map(titleOf), ...(installed ? views : [])].map((title) => [title.toLowerCase(), title]),
  );
  return {
    installation,
    findings: {
      environment: installed ? environment : { ...environment, missingRights: [] },
      readAt,
      installed: installation?.version ?? null,
      pendingMigrations: installed ? pending : null,
      missingObjects: [...wanted].filter(([key]) => !there.has(key)).map(([, title]) => title),
      driftedObjects: made
        .filter((object) => (there.get(keyOf(object)) ?? object.hash) !== object.hash)
        .map(titleOf),
      outputModules: objects
        .filter((object) => !ours(object) && outputsWithoutInto(object.definition))
        .map(({ name }) => name),
      ...(usable ? await work(knex, dialect.names) : NO_WORK),
      ...(await capture(opened, usable ? installation : null)),
      mode: installation?.mode ?? null,
      mapping:
        mapping === null
          ? null
          : {
              name: mapping.name,
              differences: await mappingDifferences(knex, dialect, mapping),
              unconfirmed: mapping.unconfirmed,
            },
    },
  };
}

/** Names are compared as most collations do: a catalog may give them in other letters than they were made with. */
function keyOf(object: { kind: string; name: string }): string {
  return titleOf(object).toLowerCase();
}

const NO_WORK = { events: null, offered: null, notSent: null, wouldRefuse: null, hostMoved: null };

/** How the installed mapping has changes told, and when polled tables were looked at. */
async function capture(
  { knex, dialect: { names } }: OpenedDatabase,
  installation: InstallationRecord | null,
): Promise<Pick<Findings, 'captures' | 'polls'>> {
  const entities = installation?.mapping.entities ?? {};
  const told = CAPTURED_VIEWS.filter((view) => entities[view] !== undefined).map((view) => ({
    view,
    table: entities[view]?.sql === undefined ? (entities[view]?.table ?? view) : view,
    mode: captureModeOf(entities, view),
  }));
  const polled = told.filter(({ mode }) => mode === 'poll');
  const rows: { Entity: string; LookedAt: string }[] =
    polled.length === 0
      ? []
      : await knex(names.table('orderwright.HostLook')).select('Entity as Entity', 'LookedAt as LookedAt');
  return {
    captures: told.filter(({ mode }) => mode !== 'trigger').map(({ table, mode }) => ({ table, mode })),
    polls: polled.flatMap(({ view, table }) => {
      const found = rows.find(({ Entity }) => `Host${Entity}` === view);
      return found === undefined ? [] : [{ table, lookedAt: found.LookedAt }];
    }),
  };
}

async function work(knex: Knex, names: OpenedDatabase['dialect']['names']) {
  const events = names.table('orderwright.HookEvent');
  const count = async (query: Knex.QueryBuilder) => {
    const rows: { Count: number | string }[] = await query.count({ Count: '*' });
    return Number(rows[0]?.Count ?? 0);
  };
  const oldest = (await knex(events)
    .whereIn('State', ['pending', 'claimed'])
    .min({ Oldest: 'StoredAt' })
    .first()) as { Oldest: string | null } | undefined;
  const verdicts = () => knex(names.table('orderwright.JournalEntry'));
  return {
    events: {
      pending: await count(knex(events).where('State', 'pending')),
      claimed: await count(knex(events).where('State', 'claimed')),
      parked: await count(knex(events).where('State', 'parked')),
      oldest: oldest?.Oldest ?? null,
    },
    notSent: await notSent(knex, names),
    offered: await count(knex(names.table('orderwright.PendingHostAction')).where('State', 'offered')),
    wouldRefuse: await count(
      verdicts()
        .where('Verdict', 'like', '%"mode":"observe"%')
        .whereNot('Verdict', 'like', '%"violations":[]%'),
    ),
    hostMoved: await count(verdicts().where('Verdict', 'like', '%"OW_HOST_MOVED"%')),
  };
}

/** Failures of the host to take what is offered still. */
async function notSent(knex: Knex, names: OpenedDatabase['dialect']['names']): Promise<Findings['notSent']> {
  const rows: { Error: string }[] = await knex({ d: names.table('orderwright.HostActionDelivery') })
    .join({ a: names.table('orderwright.PendingHostAction') }, 'a.Sequence', 'd.Action')
    .where('a.State', 'offered')
    .whereNotNull('d.Error')
    .orderBy('d.Action', 'desc')
    .select({ Error: 'd.Error' });
  const [last] = rows;
  return last === undefined ? null : { count: rows.length, error: last.Error };
}
