/**
 * Why an order is planned when it is: from its last end back to its start, each thing it waited for, told in time order
 * and in a planner's words (design 3.8).
 */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- orders and operations are named by their place, which is below the tables' length */
import { instantText } from './instant-text.js';
import type { Instant } from '../../../src/index.js';
import type { Calendar } from './calendar.js';
import type { PlanTables } from './plan-tables.js';

export interface Waited {
  /** `order`: its own start date, or a step of another order; `workCenter`: one that was busy. */
  kind: 'order' | 'workCenter' | 'predecessor' | 'calendar';
  name: string;
  until: Instant;
  text: string;
}

/** How the text of a `workCenter` entry names the order that held it: there is no other field for it. */
export function busyWith(order: string): string {
  return `busy with order ${order} until`;
}

/** The chain that ends with an operation; `state` is 1 for operations that were placed. */
export function waitedFor(tables: PlanTables, state: Uint8Array, last: number): Waited[] {
  const chain: Waited[] = [];
  for (let operation = last; operation >= 0;) {
    if (tables.isStarted[operation] === 1) break;
    chain.push(...waitedForRoom(tables, operation));
    const order = tables.orderOf[operation]!;
    const before = decidingPredecessor(tables, state, operation);
    if (before < 0) {
      chain.push(...waitedForStart(tables, order));
      break;
    }
    const until = tables.end[before]!;
    const clock = clockOf(tables, before);
    const own = tables.orderOf[before] === order;
    const other = tables.orders[tables.orderOf[before]!]!.name;
    const which = own ? nameOf(tables, before) : `${nameOf(tables, before)} of order ${other}`;
    chain.push({
      kind: own ? 'predecessor' : 'order',
      name: own ? nameOf(tables, before) : other,
      until: instantText(until),
      text: `${nameOf(tables, operation)} starts after ${which}, which ends ${localText(clock, until)}.`,
    });
    if (!own) break;
    operation = before;
  }
  return chain.reverse();
}

/** What stood between an operation's earliest start and its start, the latest first. */
function waitedForRoom(tables: PlanTables, operation: number): Waited[] {
  const earliest = tables.earliest[operation]!;
  const start = tables.start[operation]!;
  if (start <= earliest) return [];
  const name = nameOf(tables, operation);
  const laneIndex = tables.startLane[operation]!;
  const calendar = clockOf(tables, operation);
  const schedule = calendar.schedule.name;
  const opens = (place: string): Waited => ({
    kind: 'calendar',
    name: schedule,
    until: instantText(start),
    text: `${name} waited until ${localText(calendar, start)}, when ${place} is available (${schedule}).`,
  });
  if (laneIndex < 0) return [opens('the company')];
  const { identity, grid } = tables.placer.lanes[laneIndex]!;
  const { workCenterType } = specOf(tables, operation);
  const where = identity.workCenter ?? workCenterType ?? '';
  const before = tables.startInterval[operation]! - 1;
  const free = before < 0 ? -Infinity : grid.ends[before]!;
  const heldBy = tables.heldBy[operation]!;
  if (free <= earliest || heldBy < 0) {
    const running = calendar.periodAfter(earliest);
    const isOpen = running >= 0 && calendar.starts[running]! <= earliest && calendar.ends[running]! > start;
    return [isOpen ? nextInterval(tables, operation, where) : opens(where)];
  }
  const waited: Waited[] = [];
  if (start > free) waited.push(opens(where));
  const holder = tables.orders[tables.orderOf[heldBy]!]!.name;
  waited.push({
    kind: 'workCenter',
    name: where,
    until: instantText(free),
    text: `${name} waited for ${where}, which is ${busyWith(holder)} ${localText(calendar, free)}.`,
  });
  return waited;
}

function nextInterval(tables: PlanTables, operation: number, where: string): Waited {
  const start = tables.start[operation]!;
  const calendar = clockOf(tables, operation);
  return {
    kind: 'calendar',
    name: calendar.schedule.name,
    until: instantText(start),
    text: `${nameOf(tables, operation)} waited until ${localText(calendar, start)}, when the next planning interval of ${where} that it fits in begins.`,
  };
}

function waitedForStart(tables: PlanTables, order: number): Waited[] {
  const start = tables.orderStart[order]!;
  if (start <= tables.plant.now) return [];
  const { name } = tables.orders[order]!;
  const calendar = tables.plant.companyCalendar(tables.companySchedules[order] ?? null);
  const text = `Order ${name} does not start before ${localText(calendar, start)}.`;
  return [{ kind: 'order', name, until: instantText(start), text }];
}

/** The operation whose end is an operation's earliest start, the first in the plan's order; -1: none. */
function decidingPredecessor(tables: PlanTables, state: Uint8Array, operation: number): number {
  const { base, works, orderOf, end, orderStart } = tables;
  const order = orderOf[operation]!;
  const earliest = tables.earliest[operation]!;
  if (earliest <= orderStart[order]!) return -1;
  const decides = (before: number): boolean => state[before] === 1 && end[before] === earliest;
  if (works[order]!.after === 'steps')
    return tables.dependencies?.of(operation).find((before) => decides(before)) ?? -1;
  for (let before = operation - 1; before >= base[order]!; before--) if (decides(before)) return before;
  for (let other = operation + 1; other < base[order + 1]!; other++)
    if (tables.isStarted[other] === 1 && decides(other)) return other;
  return -1;
}

function specOf(tables: PlanTables, operation: number): { name: string; workCenterType: string | null } {
  const order = tables.orderOf[operation]!;
  return tables.works[order]!.operations[operation - tables.base[order]!]!;
}

function nameOf(tables: PlanTables, operation: number): string {
  return specOf(tables, operation).name;
}

/** The calendar in whose zone an operation's times are told. */
function clockOf(tables: PlanTables, operation: number): Calendar {
  const lane = tables.placer.lanes[tables.startLane[operation]!];
  return (
    lane?.grid.calendar ??
    tables.plant.companyCalendar(tables.companySchedules[tables.orderOf[operation]!] ?? null)
  );
}

/** An instant as the clock on the wall shows it, `2020-07-03 08:20`. */
function localText(calendar: Calendar, instant: number): string {
  return instantText(calendar.clock.localOf(instant)).slice(0, -':00Z'.length).replace('T', ' ');
}
