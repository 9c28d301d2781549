/** What `doctor` makes of what it found (design 3.9): each check with what to do where it does not hold. Pure. */
import type { Problem } from '../problem.js';

export interface Check {
  code: string;
  ok: boolean;
  message: string;
  /** What to do; null where there is nothing to do. */
  fix: string | null;
}

/** What was found; null where it could not be looked at. */
export interface Findings {
  environment: {
    product: string;
    version: string;
    capable: boolean;
    edition: string | null;
    collation: string | null;
    rowVersions: boolean | null;
    clock: string | null;
    triggersOutOfOrder: readonly string[];
  };
  /** Rights that running takes and the login has not, such as `SELECT on orderwright.HookEvent`. */
  missingRights: readonly string[];
  /** When the database's clock was read, by ours. */
  readAt: string;
  /** The version that runs, and the one that installed; the latter is null where none is recorded. */
  version: string;
  installed: string | null;
  /** Migrations that did not run; null where there is no installation at all. */
  pendingMigrations: readonly string[] | null;
  missingObjects: readonly string[];
  driftedObjects: readonly string[];
  /** Modules of the host with OUTPUT and without INTO. */
  outputModules: readonly string[];
  events: { pending: number; claimed: number; parked: number; oldest: string | null } | null;
  /** Transitions that the host has not executed yet. */
  offered: number | null;
  /** Why the host's procedure or service failed last to take what is offered, by how many of them; null where none. */
  notSent: { count: number; error: string } | null;
  /** Tables of the host whose changes are not told by a trigger. */
  captures: readonly { table: string; mode: string }[];
  /** Tables that are polled, and when they were looked at last. */
  polls: readonly { table: string; lookedAt: string }[];
  /** Verdicts of the mode observe that would have been refusals. */
  wouldRefuse: number | null;
  /** Transitions of the host that the model forbids. */
  hostMoved: number | null;
  mode: string | null;
  ruleProblems: readonly Problem[] | null;
  mapping: { name: string; differences: readonly Problem[]; unconfirmed: readonly string[] } | null;
}

const SKEW_SECONDS = 5;
const WAITING_SECONDS = 300;

/** The check of a database that can't be reached, which is the only one then. */
export function unreachable(message: string): Check {
  const fix = 'Check host, port, name, login and certificate in --database.';
  return { code: 'OW_DOCTOR_CONNECTION', ok: false, message, fix };
}

export function checksOf(found: Findings): Check[] {
  return [
    good('OW_DOCTOR_CONNECTION', `The database answers: ${found.environment.product}.`),
    ...environmentChecks(found),
    installedCheck(found),
    ...objectChecks(found),
    ...captureChecks(found),
    ...workChecks(found),
    ...(found.ruleProblems === null ? [] : ruleChecks(found.ruleProblems)),
    ...(found.mapping === null ? [] : mappingChecks(found.mapping)),
  ];
}

function environmentChecks({ environment, missingRights, readAt }: Findings): Check[] {
  const { product, version, capable, edition, collation, rowVersions, clock } = environment;
  const versionFix = 'SQL Server 2016 or later is needed.';
  return [
    judged('OW_DOCTOR_VERSION', capable, `${product} ${version}.`, versionFix),
    ...(edition === null ? [] : [good('OW_DOCTOR_EDITION', `Edition: ${edition}.`)]),
    ...(collation === null
      ? []
      : [
          good(
            'OW_DOCTOR_COLLATION',
            `Collation ${collation}${/_ci_/i.test(collation) ? ': names that differ in nothing but case are one name' : ''}.`,
          ),
        ]),
    ...(rowVersions === null ? [] : [rowVersionCheck(rowVersions)]),
    ...(clock === null ? [] : [clockCheck(clock, readAt)]),
    list('OW_DOCTOR_RIGHTS', missingRights, {
      good: 'The login has the rights that running takes.',
      bad: 'The login misses rights',
      fix: 'Run the GRANTs that install --dry-run prints.',
    }),
    list('OW_DOCTOR_TRIGGER_ORDER', environment.triggersOutOfOrder, {
      good: 'No trigger of the host is set to fire after ours.',
      bad: 'Triggers of the host fire after ours, which does not see what they change',
      fix: 'Let them fire first (sp_settriggerorder), or map the table with "capture": "poll".',
    }),
  ];
}

/** Both work; which one it is tells whether a Pre hook may have to wait. */
function rowVersionCheck(rowVersions: boolean): Check {
  const message = rowVersions
    ? 'READ_COMMITTED_SNAPSHOT is on: reads wait for no writer.'
    : "READ_COMMITTED_SNAPSHOT is off: a read may wait for the host's writes, up to lockTimeout.";
  return good('OW_DOCTOR_ROW_VERSIONS', message);
}

function clockCheck(clock: string, readAt: string): Check {
  const seconds = Math.abs(Date.parse(clock) - Date.parse(readAt)) / 1000;
  const message = `The clocks of the database and of this machine differ by ${seconds.toFixed(1)} s.`;
  return judged('OW_DOCTOR_CLOCK', seconds <= SKEW_SECONDS, message, 'Let both follow the same time server.');
}

function installedCheck({ version, installed, pendingMigrations }: Findings): Check {
  const code = 'OW_DOCTOR_INSTALLED';
  if (pendingMigrations === null)
    return bad(code, 'orderwright is not installed in this database.', 'Run orderwright install.');
  if (pendingMigrations.length > 0) {
    const message = `Migrations did not run: ${pendingMigrations.join(', ')}.`;
    return bad(code, message, 'Run orderwright install again.');
  }
  if (installed !== null && installed !== version) {
    return bad(code, `Installed by ${installed}, and this is ${version}.`, 'Run orderwright install again.');
  }
  return good(code, `orderwright ${version} is installed.`);
}

function objectChecks({ missingObjects, driftedObjects, outputModules }: Findings): Check[] {
  return [
    list('OW_DOCTOR_MISSING', missingObjects, {
      good: 'Every object that was made is there.',
      bad: 'Objects are missing',
      fix: 'Run orderwright install again.',
    }),
    list('OW_DOCTOR_DRIFTED', driftedObjects, {
      good: 'Every object is as it was made.',
      bad: 'Objects are not as they were made',
      fix: 'Find out who changed them; orderwright install makes views and triggers anew.',
    }),
    list('OW_DOCTOR_OUTPUT', outputModules, {
      good: 'No module of the host has OUTPUT without INTO.',
      bad: 'Modules have OUTPUT without INTO, which fails with error 334 on a table that has a trigger',
      fix: 'Map the tables that they write with "capture": "poll", or give the OUTPUT a table variable.',
    }),
  ];
}

/** How changes are told where no trigger tells them, and whether somebody looks. */
function captureChecks({ captures, polls, readAt }: Findings): Check[] {
  const late = polls.filter(
    ({ lookedAt }) => Date.parse(readAt) - Date.parse(lookedAt) > WAITING_SECONDS * 1000,
  );
  return [
    ...captures.map(({ table, mode }) => good('OW_DOCTOR_CAPTURE', `${table} is captured by ${mode}.`)),
    ...(polls.length === 0
      ? []
      : [
          list(
            'OW_DOCTOR_POLL',
            late.map(({ table, lookedAt }) => `${table} since ${lookedAt}`),
            {
              good: 'The tables that are polled were looked at.',
              bad: 'Nobody has looked at tables that are polled',
              fix: 'Run a dispatcher: orderwright serve, or orderwright events dispatch.',
            },
          ),
        ]),
  ];
}

function workChecks({ events, offered, notSent, wouldRefuse, hostMoved, mode, readAt }: Findings): Check[] {
  const checks: Check[] = [];
  if (events !== null) {
    const { pending, claimed, parked, oldest } = events;
    const waited = oldest === null ? 0 : (Date.parse(readAt) - Date.parse(oldest)) / 1000;
    checks.push(
      judged(
        'OW_DOCTOR_EVENTS_WAITING',
        waited <= WAITING_SECONDS,
        `${pending + claimed} events wait or are being applied${oldest === null ? '' : `, the oldest since ${oldest}`}.`,
        'Run a dispatcher: orderwright serve, or orderwright events dispatch.',
      ),
      judged(
        'OW_DOCTOR_EVENTS_PARKED',
        parked === 0,
        `${parked} events are parked.`,
        'Look at orderwright events --state parked, mend the cause, then orderwright events retry <id>.',
      ),
    );
  }
  if (offered !== null && offered > 0) {
    checks.push(good('OW_DOCTOR_PENDING_HOST_ACTIONS', `${offered} transitions are offered to the host.`));
  }
  if (notSent !== null) {
    const message = `${notSent.count} transitions could not be sent to the host: ${notSent.error}`;
    const fix = "Mend the host's procedure or service; what is offered is sent again by itself.";
    checks.push(bad('OW_DOCTOR_HOST_ACTIONS', message, fix));
  }
  if (mode === 'observe' && wouldRefuse !== null) {
    checks.push(
      good('OW_DOCTOR_OBSERVED', `In mode observe: ${wouldRefuse} verdicts would have been refusals.`),
    );
  }
  if (hostMoved !== null && hostMoved > 0) {
    checks.push(
      good('OW_DOCTOR_HOST_MOVED', `${hostMoved} moves of the host break the state model (OW_HOST_MOVED).`),
    );
  }
  return checks;
}

function ruleChecks(problems: readonly Problem[]): Check[] {
  if (problems.length === 0) return [good('OW_DOCTOR_RULES', 'The rule files are valid.')];
  return problems.map(({ path, message }) =>
    bad(
      'OW_DOCTOR_RULES',
      `${path} ${message}`,
      'Mend the file; the rules in force stay as they are until then.',
    ),
  );
}

function mappingChecks({ name, differences, unconfirmed }: NonNullable<Findings['mapping']>): Check[] {
  const code = 'OW_DOCTOR_MAPPING';
  const fix = 'Change the mapping to what the host has, or let the login see it.';
  const found = differences.map(({ path, message }) => bad(code, `${path} ${message}`, fix));
  const open = unconfirmed.map((path) =>
    bad(code, `${path} is not confirmed`, 'Ask the site, correct it and take "confirm" away.'),
  );
  if (found.length + open.length > 0) return [...found, ...open];
  return [good(code, `The host is as the mapping ${name} says.`)];
}

function list(
  code: string,
  names: readonly string[],
  say: { good: string; bad: string; fix: string },
): Check {
  return names.length === 0 ? good(code, say.good) : bad(code, `${say.bad}: ${names.join(', ')}.`, say.fix);
}

function judged(code: string, ok: boolean, message: string, fix: string): Check {
  return ok ? good(code, message) : bad(code, message, fix);
}

function good(code: string, message: string): Check {
  return { code, ok: true, message, fix: null };
}

function bad(code: string, message: string, fix: string): Check {
  return { code, ok: false, message, fix };
}
