/**
 * One snapshot in, one plan out (design 3.8, seed 3): the orders of the queue, one after the other, each as early as what
 * is left of the plant allows. Pure: no clock, no file, no chance; the same snapshot gives the same plan.
 */
/* eslint-disable @typescript-eslint/no-non-null-assertion -- orders and operations are named by their place, which is below the arrays' length */
import { Plan } from './answer.js';
import { checkpointOf, restore } from './checkpoint.js';
import type { Checkpoint } from './checkpoint.js';
import { instantText } from './instant-text.js';
import { isSame } from './same.js';
import { Placer, Pool } from './place.js';
import type { PlacementRequest } from './place.js';
import { copyPlacements, planTables } from './plan-tables.js';
import type { PlanTables } from './plan-tables.js';
import { byName, Plant } from './plant.js';
import { secondsOf } from './durations.js';
import { roundedUp } from './fraction.js';
import { PlanningError } from './planning-error.js';
import { inQueueOrder } from './queue.js';
import type { PlannedStep, QueuedOrder, Snapshot, StartedOperation } from './snapshot.js';
import { StepDependencies } from './step-dependencies.js';
import type { Circle } from './step-dependencies.js';
import { Works } from './work.js';
import type { Work } from './work.js';

export interface PlanOptions {
  /** Plans the queue up to this order and leaves those after it out. */
  upTo?: string;
  /** Told how many orders of how many have been looked at, from time to time. */
  onProgress?: (done: number, total: number) => void;
}

const MOST_REPETITIONS = 10_000_000;
const ORDERS_PER_REPORT = 1000;
/** How many copies of the lanes are kept for a later run: it goes on from the last one before what has changed. */
const CHECKPOINTS = 8;
/** The same over a queue whose head was taken over: copies take a tenth of such a run, and it is made to save time. */
const CHECKPOINTS_AGAIN = 4;
const NOTHING_PLACED: Checkpoint = { order: 0, count: 0, placements: 0, touched: 0, lanes: [] };

/** An operation's state in the run. */
const OPEN = 0;
const PLACED = 1;
/** Done before one that has started, so there is nothing to plan. */
const PAST = 2;

/** Work under way, as placement needs it. */
interface StartedWork {
  /** Orders those that started at once. */
  key: string;
  /** Its order and operation, -1 where the run does not have them. */
  order: number;
  operation: number;
  pool: Pool | null;
  start: number;
  seconds: number;
}

/**
 * Plans the queue of a snapshot.
 * @throws RangeError where `now` is no instant; everything else that is wrong is a reason of the orders that need it.
 */
export function planSchedule(snapshot: Snapshot, options: PlanOptions = {}): Plan {
  return planOf(snapshot, options, { keeps: false, before: null }).plan;
}

/** How a run is one of several. */
interface Succession {
  /** Whether checkpoints are kept for the run after it. */
  keeps: boolean;
  /** The run to go on from: one of a snapshot that differs in its orders alone. */
  before: Run | null;
}

/** A plan, with the run from which the next one may go on. */
export function planOf(
  snapshot: Snapshot,
  options: PlanOptions,
  succession: Succession,
): { plan: Plan; run: Run } {
  const excluded = new Map<string, PlanningError>();
  for (;;) {
    const run = new Run(snapshot, options, { excluded, ...succession });
    run.placeStarted();
    run.placeOrders();
    // An order that failed after others had built on its steps: those must not be planned as if it were.
    if (run.failedAfterUse.size === 0) return { plan: run.result(), run };
    for (const [name, reason] of run.failedAfterUse) excluded.set(name, reason);
  }
}

export class Run {
  readonly failedAfterUse = new Map<string, PlanningError>();
  private readonly placer: Placer;
  private readonly plant: Plant;
  private readonly before: Run | null;
  private readonly keeps: boolean;
  private readonly checkpoints: Checkpoint[] = [];
  private readonly orders: QueuedOrder[];
  private placesByName: Map<string, number> | null = null;
  private readonly works: (Work | null)[] = [];
  private readonly failures: (PlanningError | null)[] = [];
  /** By order: its first operation among all, its earliest start, when it is due. */
  private readonly base: Int32Array;
  private readonly orderStart: Float64Array;
  private readonly due: Float64Array;
  /** By order of a bill: the end of its started work. */
  private readonly floor: Float64Array;
  private readonly companySchedules: (string | null)[] = [];
  /** By order: whether steps of it were planned for another order's sake. */
  private readonly used: Uint8Array;
  private readonly dependencies: StepDependencies | null;
  private readonly operationOfStep = new Map<string, number>();
  private orderOfStep: Map<string, string> | null = null;
  private readonly orderOf: Int32Array;
  private readonly state: Uint8Array;
  private readonly plan: PlanTables;
  /** How many orders of the queue are planned. */
  private readonly limit: number;
  /** The operations placed since the placer's `begin`. */
  private readonly opened: number[] = [];
  private readonly request: PlacementRequest = {
    pool: new Pool([]),
    operation: -1,
    from: 0,
    seconds: 0,
    repetitions: 1,
    splittable: true,
    running: false,
  };

  constructor(
    private readonly snapshot: Snapshot,
    private readonly options: PlanOptions,
    { excluded, keeps, before }: Succession & { excluded: ReadonlyMap<string, PlanningError> },
  ) {
    this.before = before;
    this.keeps = keeps;
    this.placer = new Placer(before?.placer.lanes);
    this.plant = before?.plant ?? new Plant(snapshot, this.placer);
    this.orders = inQueueOrder(snapshot.orders);
    const count = this.orders.length;
    const last = options.upTo === undefined ? undefined : this.places.get(options.upTo);
    this.limit = last === undefined ? count : last + 1;
    this.base = new Int32Array(count + 1);
    this.orderStart = new Float64Array(count);
    this.due = new Float64Array(count);
    this.floor = new Float64Array(count).fill(-Infinity);
    this.used = new Uint8Array(count);
    this.findWork(excluded);
    const operations = this.base[count]!;
    this.orderOf = new Int32Array(operations);
    for (let order = 0; order < count; order++)
      this.orderOf.fill(order, this.base[order], this.base[order + 1]);
    this.state = new Uint8Array(operations);
    this.dependencies = this.findDependencies(operations);
    this.plan = planTables({
      orders: this.orders,
      works: this.works,
      base: this.base,
      orderOf: this.orderOf,
      orderStart: this.orderStart,
      due: this.due,
      companySchedules: this.companySchedules,
      dependencies: this.dependencies,
      placer: this.placer,
      plant: this.plant,
    });
  }

  /** The places of the orders in the queue by their names: made where somebody asks, since many runs need none. */
  private get places(): Map<string, number> {
    return (this.placesByName ??= new Map(this.orders.map(({ name }, place) => [name, place])));
  }

  /** The work, start and due time of every order, before anything is placed. */
  private findWork(excluded: ReadonlyMap<string, PlanningError>): void {
    const { snapshot, plant, base } = this;
    const masters = {
      products: byName(snapshot.products),
      billsOfMaterials: byName(snapshot.billsOfMaterials),
    };
    const works = new Works(plant, masters, byName(snapshot.steps));
    const stepsOf = new Map<string, PlannedStep[]>();
    for (const step of snapshot.productionOrderSteps) {
      const steps = stepsOf.get(step.productionOrder);
      if (steps) steps.push(step);
      else stepsOf.set(step.productionOrder, [step]);
    }
    this.orders.forEach((order, place) => {
      if (this.takeOverWork(order, place)) return;
      let work: Work | null;
      let failure = excluded.get(order.name) ?? null;
      this.companySchedules.push(null);
      try {
        const companySchedule = plant.scheduleOfCompany(order.company);
        this.companySchedules[place] = companySchedule;
        this.findTimes(order, place, plant.zoneOf(companySchedule));
        const steps = stepsOf.get(order.name);
        work = steps ? works.ofSteps(order, companySchedule, steps) : works.ofBill(order, companySchedule);
        if (work.operations.length === 0) {
          failure ??= new PlanningError(
            'OW_SCHEDULE_NO_WORK',
            steps
              ? `All steps of order ${order.name} are finished: nothing is left to plan.`
              : `The bill of materials of product ${order.product} has no operation.`,
          );
        }
        if (work.pools.includes(null)) plant.companyCalendar(companySchedule);
      } catch (error) {
        if (!(error instanceof PlanningError)) throw error;
        failure ??= error;
        work = null;
      }
      this.works.push(work);
      this.failures.push(failure);
      base[place + 1] = base[place]! + (work?.operations.length ?? 0);
    });
  }

  /** The work of an order that was planned by the run before, and has not changed since. */
  private takeOverWork(order: QueuedOrder, place: number): boolean {
    const { before } = this;
    if (before === null) return false;
    const known = before.orders[place]?.name === order.name ? place : before.places.get(order.name);
    if (known === undefined || before.failures[known] !== null) return false;
    if (!isSameWork(before.orders[known], order)) return false;
    const work = before.works[known]!;
    this.works.push(work);
    this.failures.push(null);
    this.companySchedules.push(before.companySchedules[known] ?? null);
    this.orderStart[place] = before.orderStart[known]!;
    this.due[place] = before.due[known]!;
    this.base[place + 1] = this.base[place]! + work.operations.length;
    return true;
  }

  /**
   * Whether a later run may go on from this one: not where it warned of what that one would not look at again, nor where
   * what is used of a work center is taken from another view of it.
   */
  get keepsCheckpoints(): boolean {
    return (
      this.keeps &&
      this.plant.warnings.size === 0 &&
      this.placer.lanes.every(({ twins }) => twins.length === 0)
    );
  }

  /** Takes over what the run before had placed of the head of the queue that is the same; gives the order to go on with. */
  private takeOverPlacements(): number {
    const { before, plan, placer } = this;
    if (before === null) return 0;
    let same = 0;
    while (same < this.limit && isSameWork(this.orders[same], before.orders[same])) same++;
    const usable = before.checkpoints.filter(({ order }) => order <= same);
    const checkpoint = this.keepsCheckpoints ? usable.at(-1) : undefined;
    restore(placer.lanes, checkpoint ?? NOTHING_PLACED);
    if (checkpoint === undefined) return 0;
    this.checkpoints.push(...usable);
    placer.takeOver(before.placer, checkpoint);
    for (let order = 0; order < checkpoint.order; order++) this.failures[order] = before.failures[order]!;
    const operations = this.base[checkpoint.order]!;
    this.state.set(before.state.subarray(0, operations));
    copyPlacements(before.plan, plan, operations);
    return checkpoint.order;
  }

  private findTimes(order: QueuedOrder, place: number, zone: string): void {
    const { plant } = this;
    const { startDate, dueDate } = order;
    this.orderStart[place] =
      startDate === null
        ? plant.now
        : Math.max(
            plant.now,
            plant.instantOf(startDate, zone, { edge: 'start', what: `The start of order ${order.name}` }),
          );
    this.due[place] =
      dueDate === null
        ? Infinity
        : plant.instantOf(dueDate, zone, { edge: 'end', what: `The due date of order ${order.name}` });
  }

  /** Which step operation waits for which; orders with steps in a circle are refused. */
  private findDependencies(operations: number): StepDependencies | null {
    const pairs: number[] = [];
    const finished = new Set<string>();
    const { productionOrderSteps, productionOrderStepDependencies } = this.snapshot;
    if (productionOrderStepDependencies.length === 0) return null;
    for (const { id, state } of productionOrderSteps) if (state === 'Finished') finished.add(id);
    this.works.forEach((work, order) =>
      work?.steps.forEach(({ id }, place) => this.operationOfStep.set(id, this.base[order]! + place)),
    );
    for (const { from, to } of productionOrderStepDependencies) {
      const waiting = this.operationOfStep.get(to);
      if (waiting === undefined || finished.has(from)) continue;
      const before = this.operationOfStep.get(from);
      if (before !== undefined) pairs.push(before, waiting);
      else this.waitsForNothing(from, this.orderOf[waiting]!);
    }
    const dependencies = new StepDependencies(operations, pairs);
    for (const circle of dependencies.circles()) this.refuseCircle(circle);
    return dependencies;
  }

  /** A step waits for one that is not in the run: of an order that failed, is left out, or is not known. */
  private waitsForNothing(from: string, waiting: number): void {
    this.orderOfStep ??= new Map(
      this.snapshot.productionOrderSteps.map(({ id, productionOrder }) => [id, productionOrder]),
    );
    const place = this.places.get(this.orderOfStep.get(from) ?? '');
    if (place === undefined) {
      this.plant.warn(
        'OW_SCHEDULE_DEPENDENCY_UNKNOWN',
        `Order ${this.orders[waiting]!.name} waits for step ${from}, which is not in the queue; the dependency is passed over.`,
      );
    } else {
      this.failures[waiting] ??= this.afterFailed(this.orders[waiting]!.name, place);
    }
  }

  private refuseCircle({ operations, isWhole }: Circle): void {
    if (operations.every((operation) => this.failures[this.orderOf[operation]!])) return;
    const names = operations.map((operation) => {
      const order = this.orderOf[operation]!;
      const { steps } = this.works[order]!;
      return `${steps[operation - this.base[order]!]!.id} of order ${this.orders[order]!.name}`;
    });
    const first = isWhole ? names.indexOf([...names].sort()[0]!) : 0;
    const text = [...names.slice(first), ...(isWhole ? [] : ['...']), ...names.slice(0, first + 1)].join(
      ' -> ',
    );
    for (const operation of operations) {
      this.failures[this.orderOf[operation]!] ??= new PlanningError(
        'OW_SCHEDULE_CYCLE',
        `Steps wait for each other in a circle: ${text}.`,
      );
    }
  }

  private afterFailed(name: string, failed: number): PlanningError {
    const reason = this.failures[failed];
    return new PlanningError(
      'OW_SCHEDULE_PREDECESSOR',
      `Order ${name} waits for order ${this.orders[failed]!.name}, which can't be planned: ${reason?.message ?? ''}`,
    );
  }

  /** Work under way occupies its capacity before anything else is placed. */
  placeStarted(): void {
    const started: StartedWork[] = [];
    const collect = (name: string, order: number, read: () => StartedWork): void => {
      try {
        started.push(read());
      } catch (error) {
        if (!(error instanceof PlanningError)) throw error;
        if (order >= 0) this.failures[order] ??= error;
        else this.plant.warn(error.code, `Started work of order ${name} is passed over: ${error.message}`);
      }
    };
    this.works.forEach((work, order) =>
      work?.steps.forEach((step, place) => {
        if (step.state === 'Started')
          collect(step.productionOrder, order, () => this.startedStep(step, order, place));
      }),
    );
    const reports = this.snapshot.startedOperations.map((report) => ({ report, key: keyOf(report) }));
    reports.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    const matched = new Set<number>();
    for (const { report, key } of reports) {
      const order = this.places.get(report.productionOrder) ?? -1;
      collect(report.productionOrder, order, () => this.startedOperation(report, key, matched));
    }
    started.sort((a, b) => a.start - b.start || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    for (const work of started) this.freeze(work);
    this.works.forEach((work, order) => {
      if (work && this.floor[order]! > -Infinity) this.passOver(work, order);
    });
  }

  private startedStep(step: PlannedStep, order: number, place: number): StartedWork {
    const { plant } = this;
    const work = this.works[order]!;
    const companySchedule = this.companySchedules[order] ?? null;
    const pool =
      step.workCenter === null
        ? (work.pools[place] ?? null)
        : plant.poolOfWorkCenter(step.workCenter, companySchedule);
    const calendar = pool?.lanes[0]?.grid.calendar ?? plant.companyCalendar(companySchedule);
    const start =
      step.actualStart === null
        ? plant.now
        : plant.instantOf(step.actualStart, calendar.schedule.timeZone, {
            edge: 'start',
            what: `The actual start of step ${step.id}`,
          });
    const seconds =
      step.remaining === null
        ? Math.max(0, work.operations[place]!.seconds - plant.secondsSince(start, calendar.schedule))
        : Number(roundedUp(secondsOf(step.remaining, `What remains of step ${step.id}`)));
    const operation = this.base[order]! + place;
    return { key: step.id, order, operation, pool, start, seconds };
  }

  private startedOperation(report: StartedOperation, key: string, matched: Set<number>): StartedWork {
    const { productionOrder, billOfMaterials, workCenter } = report;
    const order = this.places.get(productionOrder) ?? -1;
    const what = `Started operation ${report.operation} of bill of materials ${billOfMaterials} of order ${productionOrder}`;
    const pool = this.plant.poolOfWorkCenter(workCenter, this.companySchedules[order] ?? null);
    const zone = pool.lanes[0]!.grid.calendar.schedule.timeZone;
    const start = this.plant.instantOf(report.start, zone, { edge: 'start', what });
    const seconds = Number(roundedUp(secondsOf(report.remaining, what)));
    const place =
      this.works[order]?.operations.findIndex(
        ({ bill }, at) =>
          bill?.name === billOfMaterials &&
          bill.operation === report.operation &&
          !matched.has(this.base[order]! + at),
      ) ?? -1;
    if (this.works[order] && place < 0)
      this.plant.warn(
        'OW_SCHEDULE_STARTED_UNKNOWN',
        `${what} is not in its sequence; it only occupies ${workCenter}.`,
      );
    const operation = place < 0 ? -1 : this.base[order]! + place;
    matched.add(operation);
    return { key, order, operation, pool, start, seconds };
  }

  private freeze({ order, operation, pool, start, seconds }: StartedWork): void {
    const { placer, plan } = this;
    const from = Math.max(this.plant.now, start);
    const placed = placer.count;
    let end: number | null = from;
    placer.begin();
    if (seconds > 0 && pool === null) {
      end =
        this.plant.companyCalendar(this.companySchedules[order] ?? null).work(from, seconds, false)?.end ??
        null;
    } else if (seconds > 0 && pool !== null) {
      const request = { pool, operation, from, seconds, repetitions: 1, splittable: true, running: true };
      end = placer.place(request) ? placer.end : null;
    }
    if (end === null) {
      placer.takeBack();
      if (order >= 0) this.failures[order] ??= this.noRoom(order, 'its started work');
      return;
    }
    if (order >= 0 && this.works[order]?.after !== 'steps')
      this.floor[order] = Math.max(this.floor[order]!, end);
    if (operation < 0) return;
    this.state[operation] = PLACED;
    plan.earliest[operation] = start;
    plan.start[operation] = start;
    plan.end[operation] = end;
    plan.isStarted[operation] = 1;
    plan.placementsFrom[operation] = placed;
    plan.placementsTo[operation] = placer.count;
  }

  /** What comes before a started operation of a bill must have been done, so it is not planned again. */
  private passOver(work: Work, order: number): void {
    const base = this.base[order]!;
    const { after } = work;
    const isBefore = new Uint8Array(work.operations.length);
    for (let place = work.operations.length - 1; place >= 0; place--) {
      const started = this.state[base + place] === PLACED;
      if (started || isBefore[place] === 1) {
        if (after === null && place > 0) isBefore[place - 1] = 1;
        if (after !== null && after !== 'steps') for (const before of after[place]!) isBefore[before] = 1;
      }
      if (!started && isBefore[place] === 1) this.state[base + place] = PAST;
    }
  }

  /** Places the orders of the queue, one after the other; one that can't be placed leaves no trace. */
  placeOrders(): void {
    const { onProgress } = this.options;
    const begun = this.takeOverPlacements();
    const stride = Math.ceil(this.orders.length / (begun > 0 ? CHECKPOINTS_AGAIN : CHECKPOINTS));
    for (let order = begun; order < this.limit; order++) {
      if (this.keeps && order % stride === 0 && order > (this.checkpoints.at(-1)?.order ?? 0)) {
        const checkpoint = checkpointOf(this.placer, order, this.checkpoints);
        if (checkpoint !== null) this.checkpoints.push(checkpoint);
      }
      if (onProgress && order % ORDERS_PER_REPORT === 0) onProgress(order, this.limit);
      if (this.failures[order]) continue;
      this.placer.begin();
      this.opened.length = 0;
      try {
        if (this.works[order]!.after === 'steps') this.placeSteps(order);
        else this.placeBill(order);
        for (const operation of this.opened)
          if (this.orderOf[operation] !== order) this.used[this.orderOf[operation]!] = 1;
      } catch (error) {
        if (!(error instanceof PlanningError)) throw error;
        this.placer.takeBack();
        for (const operation of this.opened) this.state[operation] = OPEN;
        this.failures[order] = error;
      }
    }
    onProgress?.(this.limit, this.limit);
    this.failures.forEach((failure, order) => {
      if (failure && this.used[order] === 1) this.failedAfterUse.set(this.orders[order]!.name, failure);
    });
  }

  private placeBill(order: number): void {
    const { plan, state } = this;
    const work = this.works[order]!;
    const { after } = work;
    const base = this.base[order]!;
    const until = this.base[order + 1]!;
    const floor = Math.max(this.orderStart[order]!, this.floor[order]!);
    let previousEnd = floor;
    for (let operation = base; operation < until; operation++) {
      if (state[operation] === OPEN) {
        let earliest = previousEnd;
        if (after !== null && after !== 'steps') {
          earliest = floor;
          for (const place of after[operation - base]!)
            if (state[base + place] !== PAST) earliest = Math.max(earliest, plan.end[base + place]!);
        }
        this.placeOperation(operation, order, earliest);
      }
      if (state[operation] !== PAST) previousEnd = Math.max(floor, plan.end[operation]!);
    }
  }

  /**
   * Places an order's steps in sequence, and before each one those that it waits for, also of orders later in the queue:
   * of such an order only the steps that are waited for move ahead, the rest keeps its place.
   */
  private placeSteps(order: number): void {
    const { dependencies, state, plan } = this;
    const stack: number[] = [];
    for (let operation = this.base[order]!; operation < this.base[order + 1]!; operation++) {
      stack.push(operation);
      while (stack.length > 0) {
        const at = stack.at(-1)!;
        const own = this.orderOf[at]!;
        if (state[at] !== OPEN) {
          stack.pop();
          continue;
        }
        let earliest = this.orderStart[own]!;
        let waits = false;
        for (const before of dependencies?.of(at) ?? []) {
          if (state[before] !== OPEN) {
            earliest = Math.max(earliest, plan.end[before]!);
            continue;
          }
          const failed = this.orderOf[before]!;
          if (this.failures[failed]) throw this.afterFailed(this.orders[own]!.name, failed);
          waits = true;
          stack.push(before);
        }
        if (waits) continue;
        this.placeOperation(at, own, earliest);
        stack.pop();
      }
    }
  }

  private placeOperation(operation: number, order: number, earliest: number): void {
    const { placer, plan, request } = this;
    const work = this.works[order]!;
    const place = operation - this.base[order]!;
    const spec = work.operations[place]!;
    const pool = work.pools[place] ?? null;
    const repetitions = work.repetitions[place]!;
    plan.earliest[operation] = earliest;
    plan.start[operation] = earliest;
    plan.end[operation] = earliest;
    plan.placementsFrom[operation] = placer.count;
    if (spec.seconds > 0 && repetitions > 0) {
      if (pool === null) {
        const calendar = this.plant.companyCalendar(this.companySchedules[order] ?? null);
        const span = calendar.work(earliest, spec.seconds, !spec.splittable);
        if (!span) throw this.noRoom(order, `operation ${spec.name}`);
        plan.start[operation] = span.start;
        plan.end[operation] = span.end;
      } else {
        if (repetitions > MOST_REPETITIONS) {
          throw new PlanningError(
            'OW_SCHEDULE_TOO_LARGE',
            `Operation ${spec.name} of order ${this.orders[order]!.name} has ${repetitions} repetitions; ${MOST_REPETITIONS} can be planned.`,
          );
        }
        request.pool = pool;
        request.operation = operation;
        request.from = earliest;
        request.seconds = spec.seconds;
        request.repetitions = repetitions;
        request.splittable = spec.splittable;
        const room = pool.lanes.length * (this.plant.horizon - earliest);
        if (repetitions * spec.seconds > room || !placer.place(request))
          throw this.noRoom(order, `operation ${spec.name}`);
        plan.start[operation] = placer.start;
        plan.end[operation] = placer.end;
        plan.startLane[operation] = placer.startLane;
        plan.startInterval[operation] = placer.startInterval;
        plan.heldBy[operation] = placer.heldBy;
      }
    }
    plan.placementsTo[operation] = placer.count;
    this.state[operation] = PLACED;
    this.opened.push(operation);
  }

  private noRoom(order: number, what: string): PlanningError {
    const { horizonDays } = this.snapshot.settings;
    return new PlanningError(
      'OW_SCHEDULE_HORIZON',
      `Order ${this.orders[order]!.name}: ${what} finds no room until ${instantText(this.plant.horizon)}, where the horizon of ${horizonDays} days ends.\nMaybe the horizon is too short, or capacity is missing.`,
    );
  }

  result(): Plan {
    return new Plan(this.plan, this.state, this.failures.slice(0, this.limit));
  }
}

/** Whether two orders are the same but for their places in the queue, which are told by the order of the rows. */
function isSameWork(a: QueuedOrder | undefined, b: QueuedOrder | undefined): boolean {
  if (a === b) return true;
  if (a?.name !== b?.name) return false;
  return isSame({ ...a, priority: 0, position: 0 }, { ...b, priority: 0, position: 0 });
}

/** Orders started operations among each other. */
function keyOf({
  productionOrder,
  billOfMaterials,
  operation,
  workCenter,
  start,
  remaining,
}: StartedOperation) {
  return JSON.stringify([productionOrder, billOfMaterials, operation, workCenter, start, remaining]);
}
