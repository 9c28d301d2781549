/** Looks at a database for `doctor` and writes nothing. */
import type { Knex } from 'knex';
import type { Findings } from '../../core/installation/checks.js';
import { isOurs, outputsWithoutInto, recorded, type CatalogObject } from './catalog.js';
import type { OpenedDatabase } from './dialect.js';
import { isInstalled, readInstallation, titleOf, type InstallationRecord } from './install.js';
import { mappingDifferences } from './mapping-differences.js';
import { readOnlyMapping, type HostMapping } from './mapping.js';
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
  const objects = await dialect.catalog.read(knex);
  const { installation, missingRights, pending } = installed
    ? await asTold(opened, objects, asked)
    : { installation: null, missingRights: [], pending: [] };
  const ours = isOurs(objects);
  const there = new Map(recorded(objects.filter(ours)).map((object) => [keyOf(object), object.hash]));
  const seen = await sight(opened);
  const made = (installation?.objects ?? []).filter(seen);
  const mapping = asked.mapping ?? installation?.mapping ?? null;
  const views = Object.keys((installation?.mapping ?? mapping)?.entities ?? {})
    .map((view) => ({ kind: 'view' as const, name: dialect.names.table(`orderwright.${view}`) }))
    .filter(seen);
  const wanted = new Map(
    [...made, ...(installed ? views : [])].map((object) => [keyOf(object), titleOf(object)]),
  );
  const usable = installed && pending.length === 0 && missingRights.length === 0;
  return {
    installation,
    findings: {
      environment,
      missingRights,
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

/** What the installation says of itself, as far as the login may read it. */
async function asTold(opened: OpenedDatabase, objects: readonly CatalogObject[], { folders }: Asked) {
  const { knex, dialect } = opened;
  const first = await rightsMissing(opened, objects, { folders: await folders(null), mapping: {} });
  // Which tables a host's mapping has made is not known before the installation can be read.
  const known = first.filter((right) => right.includes(' on orderwright.'));
  if (known.some((right) => /^SELECT on orderwright\.(Installation|Migration_)/.test(right)))
    return { installation: null, missingRights: known, pending: [] };
  const installation = await readInstallation(opened);
  const list = await folders(installation);
  const pending: string[] = [];
  for (const { folder, list: migrations } of list) {
    const names = namesOf(dialect.names, folder);
    pending.push(...(await pendingOf(knex, names, folder, migrations)).map((name) => `${folder}/${name}`));
  }
  const mapping = installation === null ? {} : readOnlyMapping(installation.mapping);
  const procedure = installation?.mapping.procedure ?? null;
  return {
    installation,
    missingRights: await rightsMissing(opened, objects, { folders: list, mapping, procedure }),
    pending,
  };
}

/** What is not there is told as that, where the login would see it. */
async function rightsMissing(
  { knex, dialect }: OpenedDatabase,
  objects: readonly CatalogObject[],
  of: { folders: readonly MigrationFolder[]; mapping: HostMapping['entities']; procedure?: string | null },
): Promise<string[]> {
  if (dialect.installedOnFirstUse) return [];
  const { runRights } = await import('./mssql/install-script.js');
  const schemas = await dialect.catalog.seenSchemas(knex);
  const there = new Set(objects.map(({ name }) => name.toLowerCase()));
  const { capture, names } = dialect;
  const doors = { capture: (noting: Knex) => capture.create(noting, names, of.mapping) };
  const rights = await runRights({ ...of, ...(Object.keys(of.mapping).length > 0 && doors) });
  const wanted = rights.filter(
    ({ object }) => there.has(object.toLowerCase()) || schemas?.has(schemaOf(object)) === false,
  );
  return dialect.catalog.missingRights(knex, wanted);
}

/** Which objects the login would see, with their definitions, if they were there. */
async function sight({ knex, dialect }: OpenedDatabase): Promise<(object: { name: string }) => boolean> {
  const schemas = await dialect.catalog.seenSchemas(knex);
  return ({ name }) => schemas?.has(schemaOf(name)) !== false;
}

function schemaOf(name: string): string {
  return name.split('.')[0]?.toLowerCase() ?? '';
}

/** Names are compared as most collations do: a catalog may give them in other letters than they were made with. */
function keyOf(object: { kind: string; name: string }): string {
  return titleOf(object).toLowerCase();
}

const NO_WORK = { events: null, offered: null, wouldRefuse: null, hostMoved: null };

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
    offered: await count(knex(names.table('orderwright.PendingHostAction')).where('State', 'offered')),
    wouldRefuse: await count(
      verdicts()
        .where('Verdict', 'like', '%"mode":"observe"%')
        .whereNot('Verdict', 'like', '%"violations":[]%'),
    ),
    hostMoved: await count(verdicts().where('Verdict', 'like', '%"OW_HOST_MOVED"%')),
  };
}
