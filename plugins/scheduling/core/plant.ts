/**
 * The plant of one snapshot: its masters by name, and the calendars, grids and lanes made of them, shared wherever they
 * are the same. Decides which availability a work center has: its own schedule less its absences, else its type's, else
 * that of the order's company, else round the clock with a warning (design 3.8).
 */
import { epochMilliseconds, parseDayOrInstant, TimeError, toInstant } from '../../../src/index.js';
import { Calendar, joined, readSchedule, roundTheClock } from './calendar.js';
import type { ReadSchedule, Span } from './calendar.js';
import { Grid } from './intervals.js';
import { Pool } from './place.js';
import type { Lane, LaneIdentity } from './lane.js';
import type { Placer } from './place.js';
import { PlanningError } from './planning-error.js';
import type { Department, Snapshot, WorkCenter, WorkCenterType } from './snapshot.js';
import { DAY } from './zone-clock.js';

/** A warning does not stop an order. */
export interface PlanWarning {
  code: string;
  message: string;
}

/** How far back availability is looked at, so that the period or bucket under way at `now` has its real start. */
const DAYS_BACK = { minute: 8, hour: 8, day: 8, week: 15, month: 40 } as const;
const MOST_LANES = 100_000;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

type Planning = Department['planningInterval'];

export class Plant {
  readonly now: number;
  readonly horizon: number;
  readonly warnings = new Map<string, PlanWarning>();
  private readonly departments: Map<string, Department>;
  private readonly types: Map<string, WorkCenterType>;
  private readonly centers: Map<string, WorkCenter>;
  private readonly centersOfType = new Map<string, WorkCenter[]>();
  private readonly companies: Map<string, string | null>;
  private readonly schedules: Map<string, () => ReadSchedule>;
  private readonly always: ReadSchedule;
  private readonly calendars = new Map<string, Calendar>();
  private readonly grids = new Map<string, Grid>();
  private readonly pools = new Map<string, Pool>();
  private readonly views = new Map<string, Lane[][]>();
  private readonly lanes = new Map<string, Lane[]>();
  /** By zone and edge: texts that were read before. */
  private readonly times = {
    start: new Map<string, Map<string, number>>(),
    end: new Map<string, Map<string, number>>(),
  };

  constructor(
    private readonly snapshot: Snapshot,
    private readonly placer: Placer,
  ) {
    this.now = epochMilliseconds(snapshot.now) / 1000;
    this.horizon = this.now + snapshot.settings.horizonDays * DAY;
    this.departments = byName(snapshot.departments);
    this.types = byName(snapshot.workCenterTypes);
    this.centers = byName(snapshot.workCenters);
    this.companies = new Map(snapshot.companies.map(({ name, workSchedule }) => [name, workSchedule]));
    this.schedules = new Map(
      snapshot.workSchedules.map((schedule) => [schedule.name, once(() => readSchedule(schedule))]),
    );
    this.always = roundTheClock(snapshot.timeZone);
    for (const center of [...this.centers.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const centers = this.centersOfType.get(center.type) ?? [];
      centers.push(center);
      this.centersOfType.set(center.type, centers);
    }
  }

  warn(code: string, message: string): void {
    this.warnings.set(message, { code, message });
  }

  /**
   * The name of a company's work schedule; null where it has none.
   * @throws PlanningError where the company is not known.
   */
  scheduleOfCompany(company: string | null): string | null {
    if (company === null) return this.snapshot.companyWorkSchedule;
    const schedule = this.companies.get(company);
    if (schedule === undefined) throw missing(`Company ${company}`);
    return schedule;
  }

  /** The zone of a schedule; without one the plant's. */
  zoneOf(schedule: string | null): string {
    return schedule === null ? this.snapshot.timeZone : this.scheduleNamed(schedule).timeZone;
  }

  /**
   * A time of the snapshot as epoch seconds; a day is its first moment for a start, and its last for an end.
   * @throws PlanningError where the text is no time; `what` names it.
   */
  instantOf(text: string, zone: string, edge: { edge: 'start' | 'end'; what: string }): number {
    const times = within(this.times[edge.edge], zone);
    const known = times.get(text);
    if (known !== undefined) return known;
    if (INSTANT.test(text)) {
      const instant = Date.parse(text) / 1000;
      if (!Number.isNaN(instant)) return instant;
    }
    try {
      const read = toInstant(parseDayOrInstant(text, zone, edge.edge), zone, edge.edge);
      const instant = Math.floor(epochMilliseconds(read) / 1000);
      times.set(text, instant);
      return instant;
    } catch (error) {
      if (error instanceof TimeError)
        throw new PlanningError('OW_SCHEDULE_TIME', `${edge.what}: ${error.message}.`);
      throw error;
    }
  }

  /** When a company works, by its schedule's name; without one round the clock, with a warning. */
  companyCalendar(schedule: string | null): Calendar {
    if (schedule === null) this.warnRoundTheClock();
    return this.calendar({ schedule, absences: [], daysBack: DAYS_BACK.minute });
  }

  /**
   * The lanes of a type for the orders of a company with a schedule.
   * @throws PlanningError where the type is not known or has no capacity, or what it needs is not known.
   */
  poolOf(typeName: string, companySchedule: string | null): Pool {
    const key = JSON.stringify([typeName, companySchedule]);
    const known = this.pools.get(key);
    if (known) return known;
    const type = this.typeNamed(typeName);
    const lanes =
      type.planning === 'type'
        ? this.lanesOf(type, null, companySchedule)
        : (this.centersOfType.get(typeName) ?? []).flatMap((center) =>
            this.lanesOf(type, center, companySchedule),
          );
    if (lanes.length === 0) {
      const reason =
        type.planning === 'type' ? 'its capacity is 0' : 'it has no work center with a capacity above 0';
      throw new PlanningError(
        'OW_SCHEDULE_NO_CAPACITY',
        `Work center type ${typeName} has no capacity: ${reason}.`,
      );
    }
    const pool = new Pool(lanes);
    this.pools.set(key, pool);
    return pool;
  }

  /**
   * The lanes of one work center; where its type is planned as one pool, the pool's.
   * @throws PlanningError as `poolOf`, and where the work center is not known.
   */
  poolOfWorkCenter(name: string, companySchedule: string | null): Pool {
    const center = this.centers.get(name);
    if (!center) throw missing(`Work center ${name}`);
    const type = this.typeNamed(center.type);
    if (type.planning === 'type') return this.poolOf(type.name, companySchedule);
    const lanes = this.lanesOf(type, center, companySchedule);
    if (lanes.length > 0) return new Pool(lanes);
    throw new PlanningError('OW_SCHEDULE_NO_CAPACITY', `Work center ${name} has no capacity.`);
  }

  /** The working seconds of a lane's schedule from an instant in the past until now. */
  secondsSince(instant: number, schedule: ReadSchedule): number {
    return new Calendar(schedule, [], { start: instant - DAY, end: this.now }).secondsBetween(
      instant,
      this.now,
    );
  }

  private lanesOf(type: WorkCenterType, center: WorkCenter | null, companySchedule: string | null): Lane[] {
    const own = center?.workSchedule ?? type.workSchedule;
    if (own === null && companySchedule === null) this.warnRoundTheClock();
    const holder = JSON.stringify(center ? [center.name] : [type.name, null]);
    const key = own === null ? `${holder} ${JSON.stringify(companySchedule)}` : holder;
    const known = this.lanes.get(key);
    if (known) return known;
    const capacity = center?.capacity ?? type.capacity;
    const schedule = own ?? companySchedule;
    const grid = this.grid(type, schedule, this.absencesOf(center, this.zoneOf(schedule)));
    if (this.placer.lanes.length + capacity > MOST_LANES) {
      throw new PlanningError(
        'OW_SCHEDULE_TOO_LARGE',
        `${center?.name ?? type.name} has a capacity of ${capacity}; a plant may have ${MOST_LANES} lanes.`,
      );
    }
    const identity = (place: number): LaneIdentity => ({
      workCenter: center?.name ?? null,
      number: place + 1,
    });
    const lanes = Array.from({ length: capacity }, (_, place) => this.placer.addLane(identity(place), grid));
    this.lanes.set(key, lanes);
    this.relate(holder, lanes);
    return lanes;
  }

  /** Makes lanes twins of the other views of the same machine. */
  private relate(holder: string, lanes: Lane[]): void {
    const views = this.views.get(holder) ?? [];
    for (const view of views) {
      lanes.forEach((lane, place) => {
        const twin = view[place];
        if (!twin) return;
        lane.twins.push(twin);
        twin.twins.push(lane);
      });
    }
    this.views.set(holder, [...views, lanes]);
  }

  private absencesOf(center: WorkCenter | null, zone: string): Span[] {
    const spans = (center?.absences ?? []).map(({ from, to }) => {
      const what = `An absence of work center ${center?.name ?? ''}`;
      return {
        start: this.instantOf(from, zone, { edge: 'start', what }),
        end: this.instantOf(to, zone, { edge: 'end', what }),
      };
    });
    return joined(spans);
  }

  private grid(type: WorkCenterType, schedule: string | null, absences: Span[]): Grid {
    const planning = this.planningOf(type);
    const isMinute = planning.unit === 'minute';
    const length = isMinute ? planning.length * 60 : 0;
    if (isMinute && !(Number.isInteger(planning.length) && planning.length > 0)) {
      throw new PlanningError(
        'OW_SCHEDULE_PERIODS',
        `The planning interval of department ${type.department ?? ''} is ${planning.length} minutes long; it must be a whole number above 0.`,
      );
    }
    const key = JSON.stringify([schedule, absences, planning.unit, length]);
    const known = this.grids.get(key);
    if (known) return known;
    const calendar = this.calendar({ schedule, absences, daysBack: DAYS_BACK[planning.unit] });
    const onClock = this.snapshot.settings.minuteGrid === 'clock';
    const grid = new Grid(calendar, { unit: planning.unit, length, onClock });
    this.grids.set(key, grid);
    return grid;
  }

  private planningOf(type: WorkCenterType): Planning {
    if (type.department === null) return { unit: 'minute', length: 1 };
    const department = this.departments.get(type.department);
    if (!department) throw missing(`Department ${type.department} of work center type ${type.name}`);
    return department.planningInterval;
  }

  private calendar(of: { schedule: string | null; absences: Span[]; daysBack: number }): Calendar {
    const key = JSON.stringify(of);
    const known = this.calendars.get(key);
    if (known) return known;
    const schedule = of.schedule === null ? this.always : this.scheduleNamed(of.schedule);
    const range = { start: this.now - of.daysBack * DAY, end: this.horizon };
    const calendar = new Calendar(schedule, of.absences, range);
    this.calendars.set(key, calendar);
    return calendar;
  }

  private scheduleNamed(name: string): ReadSchedule {
    const schedule = this.schedules.get(name);
    if (!schedule) throw missing(`Work schedule ${name}`);
    return schedule();
  }

  private typeNamed(name: string): WorkCenterType {
    const type = this.types.get(name);
    if (!type) throw missing(`Work center type ${name}`);
    return type;
  }

  private warnRoundTheClock(): void {
    this.warn(
      'OW_SCHEDULE_ROUND_THE_CLOCK',
      'A company without a work schedule is planned round the clock (24x7).',
    );
  }
}

function missing(what: string): PlanningError {
  return new PlanningError('OW_SCHEDULE_MASTER_MISSING', `${what} is not known.`);
}

export function byName<Row extends { name: string }>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.name, row]));
}

/** The map of a key, made where there is none yet. */
export function within<Key, Inner, Value>(maps: Map<Key, Map<Inner, Value>>, key: Key): Map<Inner, Value> {
  let map = maps.get(key);
  if (map === undefined) maps.set(key, (map = new Map<Inner, Value>()));
  return map;
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}
