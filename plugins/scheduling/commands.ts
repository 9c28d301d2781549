/** The commands `schedule`, `unschedule`, `queue`, `queue move` and `work-center down`. */
import { styleText } from 'node:util';
import {
  OrderwrightError,
  parseDayOrInstant,
  TimeError,
  toInstant,
  type CommandAnswer,
  type CommandContext,
  type JsonObject,
  type JsonValue,
} from '../../src/index.js';
import type { Plan, PlannedOrder } from './core/answer.js';
import { gantt, localText } from './core/gantt.js';
import { planSchedule, type PlanOptions } from './core/plan.js';
import { moveInQueue, type QueueMove } from './core/queue.js';
import type { QueuedEntry } from './core/settle-queue.js';
import type { Snapshot } from './core/snapshot.js';
import { PlanStore, versionOf, type PlanDocument, type PreliminaryPlan } from './plan-store.js';
import { unknownPlan } from './read-plan.js';
import { readQueue, readSnapshot, type PlanSession, type SchedulingSettings } from './read-snapshot.js';

const COLOURS = ['green', 'cyan', 'yellow', 'magenta', 'blue', 'red'] as const;

/** An order's colour, where standard output is a terminal that wants colours. */
function paintOrder(index: number, text: string): string {
  return styleText(COLOURS[index % COLOURS.length] ?? 'green', text, { stream: process.stdout });
}

type Handler = (context: CommandContext) => Promise<CommandAnswer>;

/** What `schedule` answers: the pieces of the document, and what a person reads instead. */
interface Planned {
  pieces: string[];
  orders: PlannedOrder[];
  unscheduled: PlanDocument['unscheduled'];
  warnings: string[];
  zone: string;
  version: string;
  saved: boolean;
}

/** How a snapshot comes to a plan: by a whole run, or by one that goes on from the run before. */
type Scheduler = (snapshot: Snapshot, options: PlanOptions) => Plan;

export function scheduleCommand(settings: SchedulingSettings, scheduler: Scheduler = planSchedule): Handler {
  return async (context) => {
    const { options } = context;
    const drop = text(options.drop);
    if (drop !== undefined) return dropPlan(context, drop);
    const version = text(options.save);
    if (version !== undefined && text(options.upTo) !== undefined) {
      throw usage('A version that is saved is saved as it was planned: leave --up-to out');
    }
    const planned =
      version === undefined
        ? await planAndStore(context, settings, scheduler)
        : await savePlan(context, settings, version);
    return answerOf(planned, context);
  };
}

/** Plans the queue and keeps the plan as a preliminary one; with `--save` it is saved in the same transaction. */
async function planAndStore(
  context: CommandContext,
  settings: SchedulingSettings,
  scheduler: Scheduler,
): Promise<Planned> {
  const upTo = text(context.options.upTo) ?? null;
  const save = context.options.save === true;
  const planned = await context.change(save ? 'SaveSchedule' : 'Schedule', async (session) => {
    const store = new PlanStore(session);
    await store.alone();
    await store.storeQueue(await readQueue(session));
    const snapshot = await readSnapshot(session, settings, context.now);
    const zone = zoneOfAnswer(snapshot, context);
    if (upTo !== null && !snapshot.orders.some(({ name }) => name === upTo)) {
      throw new OrderwrightError('OW_ORDER_UNKNOWN', `There is no order ${upTo} in the queue`);
    }
    const plan = scheduler(snapshot, {
      ...(upTo === null ? {} : { upTo }),
      onProgress: (done, total) => context.progress(`planned ${done} of ${total} orders`),
    });
    const stamp = versionOf(snapshot, upTo);
    // What is stored has its placements, also where the answer leaves them out.
    const pieces = [...plan.json({ version: stamp.version })];
    const json = pieces.join('');
    await store.storePreliminary({ ...stamp, plannedAt: context.now, upTo, json });
    if (save) await store.save(JSON.parse(json) as PlanDocument);
    const result: Planned = {
      pieces:
        context.options.summary === true ? [...plan.json({ version: stamp.version, summary: true })] : pieces,
      orders: [...plan.orders()],
      unscheduled: [...plan.unscheduled],
      warnings: plan.warnings.map(({ message }) => message),
      zone,
      version: stamp.version,
      saved: save,
    };
    return { result, details: detailsOf(result, plan) };
  });
  context.progress('');
  return planned;
}

function detailsOf({ version, orders, unscheduled }: Planned, plan: Plan): JsonObject {
  return { version, orders: orders.length, unscheduled: unscheduled.length, ...plan.statistics };
}

/** Saves exactly a plan that was made before, unless something it read has changed since. */
async function savePlan(
  context: CommandContext,
  settings: SchedulingSettings,
  version: string,
): Promise<Planned> {
  return context.change('SaveSchedule', async (session) => {
    const store = new PlanStore(session);
    await store.alone();
    const plan = await store.preliminary(version);
    if (plan === null) throw unknownPlan(version);
    const snapshot = await readSnapshot(session, settings, plan.plannedAt);
    const zone = zoneOfAnswer(snapshot, context);
    refuseChanged(plan, snapshot);
    await store.save(plan.document);
    const result = plannedOf(plan, zone, context.options.summary === true);
    return { result, details: { version, orders: plan.document.orders.length } };
  });
}

function refuseChanged(plan: PreliminaryPlan, snapshot: Snapshot): void {
  const now = versionOf(snapshot, plan.upTo);
  if (now.version === plan.version) return;
  const changed = Object.keys(now.parts).filter((part) => now.parts[part] !== plan.parts[part]);
  throw new OrderwrightError(
    'OW_PLAN_CHANGED',
    `Plan ${plan.version} is not saved: ${changed.join(', ')} changed since it was made.\nMaybe schedule again.`,
  );
}

function plannedOf({ document, version }: PreliminaryPlan, zone: string, summary: boolean): Planned {
  const withoutPlacements = (order: PlannedOrder): PlannedOrder => ({
    ...order,
    operations: order.operations.map((operation) => {
      const shown = { ...operation };
      delete shown.placements;
      return shown;
    }),
  });
  const shown = summary ? { ...document, orders: document.orders.map(withoutPlacements) } : document;
  const { orders, unscheduled } = document;
  return {
    pieces: [JSON.stringify(shown)],
    orders,
    unscheduled,
    warnings: [],
    zone,
    version,
    saved: true,
  };
}

/** The zone that a person reads the plan in: the plant's, or that of the work center that is asked for. */
function zoneOfAnswer(snapshot: Snapshot, { options }: CommandContext): string {
  const { workCenters, workCenterTypes, workSchedules, companyWorkSchedule, timeZone } = snapshot;
  const asked = text(options.workCenter);
  if (asked === undefined) return timeZone;
  const center = workCenters.find(({ name }) => name === asked);
  if (center === undefined) throw unknownWorkCenter(asked);
  const type = workCenterTypes.find(({ name }) => name === center.type);
  const schedule = center.workSchedule ?? type?.workSchedule ?? companyWorkSchedule;
  return workSchedules.find(({ name }) => name === schedule)?.timeZone ?? timeZone;
}

async function dropPlan(context: CommandContext, version: string): Promise<CommandAnswer> {
  await context.change('DropSchedule', async (session) => {
    if (!(await new PlanStore(session).dropPreliminary(version))) throw unknownPlan(version);
    return { result: null, details: { version } };
  });
  return { document: { dropped: version }, lines: () => [`Plan ${version} is forgotten`] };
}

function answerOf(planned: Planned, context: CommandContext): CommandAnswer {
  const workCenter = text(context.options.workCenter);
  if (workCenter !== undefined) return workCenterAnswer(planned, workCenter);
  const late = planned.orders.filter((order) => order.late);
  const lines = () => [
    ...gantt(planned.orders, planned.zone, paintOrder),
    ...late.flatMap((order) => [
      `${order.name} is ${order.latenessMinutes} min late:`,
      ...order.waitedFor.map((waited) => `  ${waited.text}`),
    ]),
    ...planned.unscheduled.map(({ name, code, message }) => `${name} is not scheduled: ${message} (${code})`),
    ...planned.warnings,
    `${planned.orders.length} orders scheduled, ${late.length} late, ${planned.unscheduled.length} not scheduled`,
    planned.saved
      ? `Plan ${planned.version} is saved`
      : `Plan ${planned.version} is preliminary: schedule --save ${planned.version} saves it`,
  ];
  return { document: planned.pieces, lines };
}

/** What of some planned orders is placed on one work center. */
export function ordersOn(planned: readonly PlannedOrder[], workCenter: string) {
  return planned.flatMap((order) => {
    const operations = order.operations.flatMap((operation) => {
      const placements = (operation.placements ?? []).filter(
        (placement) => placement.workCenter === workCenter,
      );
      return placements.length === 0 ? [] : [{ ...operation, placements }];
    });
    return operations.length === 0 ? [] : [{ ...order, operations }];
  });
}

/** What is placed on one work center: its dispatch list, next first. */
function workCenterAnswer(planned: Planned, workCenter: string): CommandAnswer {
  const orders = ordersOn(planned.orders, workCenter);
  const dispatch = orders
    .flatMap(({ name, operations }) =>
      operations.map((operation) => ({ name, operation, ...spanOf(operation.placements) })),
    )
    .sort((a, b) => a.start - b.start);
  return {
    document: { version: planned.version, orders, unscheduled: planned.unscheduled } as unknown as JsonObject,
    lines: () =>
      dispatch.map(({ name, operation, start, end }) => {
        const batch = operation.batch === null ? '' : `, batch ${operation.batch}`;
        const times = [start, end].map((time) => localText(time, planned.zone)).join(' - ');
        return `${times}  ${name}  ${operation.name}${batch}`;
      }),
  };
}

/** From the first of some placements to the last: an operation may be on other work centers before and after. */
function spanOf(placements: readonly { start: string; end: string }[]): { start: number; end: number } {
  return {
    start: placements.reduce((least, { start }) => Math.min(least, Date.parse(start)), Infinity),
    end: placements.reduce((most, { end }) => Math.max(most, Date.parse(end)), -Infinity),
  };
}

export const queueCommand: Handler = async ({ read }) => {
  const queue = await read((session) => readQueue(session));
  return queueAnswer(queue);
};

export const queueMoveCommand: Handler = async (context) => {
  const name = String(context.arguments.order);
  const to = moveOf(String(context.arguments.to));
  const queue = await context.change('MoveInQueue', async (session) => {
    const store = new PlanStore(session);
    await store.alone();
    const before = await readQueue(session);
    const moved = moveInQueue(before, name, to);
    if (!moved.moved) throw new OrderwrightError(moved.code, moved.message);
    const positions = new Map(moved.changes.map((change) => [change.name, change.position]));
    await context.checkOwners(session, [...positions.keys()]);
    await store.storeQueue(
      before.map((entry) => ({
        ...entry,
        position: positions.get(entry.name) ?? entry.position,
        stored: entry.stored && !positions.has(entry.name),
      })),
    );
    await store.markEach(
      before.flatMap(({ name: moving, position: from }) => {
        const position = positions.get(moving);
        if (position === undefined) return [];
        return [{ name: moving, reason: `moved in the queue from ${from} to ${position}` }];
      }),
    );
    const details =
      moved.changes.length === 0 ? null : { order: name, to, changes: moved.changes as unknown as JsonValue };
    return { result: await readQueue(session), details };
  });
  return queueAnswer(queue);
};

function moveOf(word: string): QueueMove {
  if (word === 'up' || word === 'down' || word === 'first' || word === 'last') return word;
  if (/^[1-9]\d{0,8}$/.test(word)) return Number(word);
  throw usage(`An order moves up, down, first, last or to a position such as 3, not ${word}`);
}

/** What `queue` answers. */
export function queueDocument(queue: readonly QueuedEntry[]) {
  return {
    orders: queue.map(({ name, priority, position, reschedule }) => ({
      name,
      priority,
      position,
      reschedule,
    })),
  };
}

function queueAnswer(queue: readonly QueuedEntry[]): CommandAnswer {
  const { orders } = queueDocument(queue);
  const width = Math.max(5, ...orders.map(({ name }) => name.length));
  const lines = orders.map(({ name, priority, position, reschedule }) =>
    `${String(priority).padStart(8)}  ${String(position).padStart(8)}  ${name.padEnd(width)}  ${reschedule ?? ''}`.trimEnd(),
  );
  return { document: { orders }, lines: () => ['PRIORITY  POSITION  ORDER', ...lines] };
}

export const workCenterDownCommand: Handler = async (context) => {
  const name = String(context.arguments.name);
  const { from, to, reason } = {
    from: text(context.options.from),
    to: text(context.options.to),
    reason: text(context.options.reason),
  };
  if (from === undefined || to === undefined)
    throw usage('--from <time> and --to <time> say when it is down');
  const answer = await context.change('WorkCenterDown', async (session) => {
    const zone = await zoneOf(session, name);
    const absence = {
      workCenter: name,
      from: instant(from, zone, 'start'),
      to: instant(to, zone, 'end'),
      reason: reason ?? null,
    };
    if (absence.to <= absence.from)
      throw new OrderwrightError('OW_ABSENCE_TIMES', `${absence.to} is not after ${absence.from}`);
    await session.sql(session.table('orderwright.HostAbsence')).insert({
      WorkCenter: name,
      From: absence.from,
      To: absence.to,
      Reason: absence.reason,
    });
    const store = new PlanStore(session);
    const orders = await store.savedOn(name, absence.from);
    const [start, end] = [absence.from, absence.to].map((time) => localText(Date.parse(time), zone));
    const said = `${name} is down from ${start ?? ''} to ${end ?? ''}`;
    await store.mark(orders, reason === undefined ? said : `${said}: ${reason}`);
    return { result: { absence, reschedule: orders, said }, details: { ...absence, reschedule: orders } };
  });
  const { absence, reschedule, said } = answer;
  return {
    document: { absence, reschedule },
    lines: () => [
      said,
      ...(reschedule.length === 0 ? [] : [`to be scheduled again: ${reschedule.join(', ')}`]),
    ],
  };
};

/** @throws OrderwrightError OW_WORK_CENTER_UNKNOWN */
export async function checkWorkCenter(session: PlanSession, name: string): Promise<void> {
  await zoneOf(session, name);
}

/** The zone of a work center's times: its schedule's, else its type's, else the company's. */
async function zoneOf({ sql, table }: PlanSession, name: string): Promise<string> {
  const center = await sql(table('orderwright.HostWorkCenter'))
    .where('Name', name)
    .first<{ Type: string; WorkSchedule: string | null } | undefined>();
  if (center === undefined) throw unknownWorkCenter(name);
  const type = await sql(table('orderwright.HostWorkCenterType'))
    .where('Name', center.Type)
    .first<{ WorkSchedule: string | null } | undefined>();
  const company = await sql(table('orderwright.HostCompany'))
    .where('IsDefault', 1)
    .first<{ WorkSchedule: string | null; TimeZone: string } | undefined>();
  const schedule = center.WorkSchedule ?? type?.WorkSchedule ?? company?.WorkSchedule ?? null;
  if (schedule === null) return company?.TimeZone ?? 'UTC';
  const row = await sql(table('orderwright.HostWorkSchedule'))
    .where('Name', schedule)
    .first<{ TimeZone: string } | undefined>();
  return row?.TimeZone ?? 'UTC';
}

function instant(value: string, zone: string, edge: 'start' | 'end'): string {
  try {
    return toInstant(parseDayOrInstant(value, zone, edge), zone, edge);
  } catch (error) {
    if (error instanceof TimeError) throw usage(error.message);
    throw error;
  }
}

export const unscheduleCommand: Handler = async (context) => {
  const orders = [context.arguments.order ?? []].flat();
  const document = await context.perform({ operation: 'Unschedule', orders });
  return { document, title: 'unschedule' };
};

function unknownWorkCenter(name: string): OrderwrightError {
  return new OrderwrightError('OW_WORK_CENTER_UNKNOWN', `There is no work center ${name}`);
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function usage(message: string): OrderwrightError {
  return new OrderwrightError('OW_USAGE', message, [], true);
}
