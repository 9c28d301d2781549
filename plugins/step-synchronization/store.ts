/** The plugin's own tables: steps, dependencies, and the before-image of each order's last synchronization. */
import { chunks, type OrderContext, type Sql } from '../../src/index.js';
import type { StepsOutcome } from './core/diff-steps.js';
import { byPlace, dependencyKey, type Dependency, type StoredStep } from './core/steps.js';
import type { BeforeImage } from './core/undo-steps.js';

type StepSession = Pick<OrderContext['session'], 'sql' | 'table' | 'bulkInsert' | 'bulkDelete'>;

interface StepRow {
  Id: string;
  ProductionOrder: string;
  Source: string;
  Batch: number;
  Position: number;
  FlowPath: string;
  Step: string;
  Quantity: string;
  BuiltQuantity: string;
  Units: string;
  State: StoredStep['state'];
  ActualStart: string | null;
  ActualEnd: string | null;
  Manual: number;
  Scheduled: number;
}

interface DependencyRow {
  FromId: string;
  ToId: string;
  FromOrder: string;
  ToOrder: string;
  Manual: number;
}

/** A dependency with the orders of its ends. */
export interface StoredDependency extends Dependency {
  fromOrder: string;
  toOrder: string;
}

/** What is stored of one order: its steps, and the dependencies that have an end in it. */
export interface StoredOrder {
  steps: StoredStep[];
  dependencies: StoredDependency[];
}

const STEP = 'orderwright.ProductionOrderStep';
const DEPENDENCY = 'orderwright.ProductionOrderStepDependency';
const SYNCHRONIZATION = 'orderwright.Synchronization';

export class StepStore {
  private readonly sql: Sql;

  constructor(private readonly session: StepSession) {
    this.sql = session.sql;
  }

  /** The steps of an order by source, place in the flow and batch. */
  async steps(order: string): Promise<StoredStep[]> {
    const rows = (await this.from(STEP).where('ProductionOrder', order)) as StepRow[];
    return rows.map(toStep).sort(byPlace);
  }

  /** What is stored of many orders, read at once; of each as `steps` and `dependencies` give it. */
  async ofOrders(orders: readonly string[]): Promise<Map<string, StoredOrder>> {
    const stored = new Map(
      orders.map((name): [string, StoredOrder] => [name, { steps: [], dependencies: [] }]),
    );
    for (const names of chunks(orders)) {
      const rows = (await this.from(STEP).whereIn('ProductionOrder', names)) as StepRow[];
      for (const row of rows) stored.get(row.ProductionOrder)?.steps.push(toStep(row));
    }
    for (const { steps } of stored.values()) steps.sort(byPlace);
    for (const dependency of await this.dependencies(orders)) {
      const { fromOrder, toOrder } = dependency;
      stored.get(fromOrder)?.dependencies.push(dependency);
      if (toOrder !== fromOrder) stored.get(toOrder)?.dependencies.push(dependency);
    }
    return stored;
  }

  async step(id: string): Promise<StoredStep | null> {
    const row = (await this.from(STEP).where('Id', id).first()) as StepRow | undefined;
    return row === undefined ? null : toStep(row);
  }

  /** The dependencies that have an end in one of these orders. */
  async dependencies(orders: readonly string[]): Promise<StoredDependency[]> {
    const found: StoredDependency[] = [];
    for (const names of chunks(orders)) {
      const rows = (await this.from(DEPENDENCY)
        .whereIn('FromOrder', names)
        .orWhereIn('ToOrder', names)
        .orderBy(['FromId', 'ToId'])) as DependencyRow[];
      found.push(...rows.map(toDependency));
    }
    if (orders.length === 1) return found;
    // A dependency between two orders of different chunks is found with either.
    return [...new Map(found.map((dependency) => [dependencyKey(dependency), dependency])).values()];
  }

  /**
   * All orders that dependencies connect with these, however far: what a circle could run through.
   */
  async connectedOrders(orders: readonly string[]): Promise<Set<string>> {
    const connected = new Set(orders);
    for (let frontier = [...connected]; frontier.length > 0;) {
      const next: string[] = [];
      for (const names of chunks(frontier)) {
        for (const [near, far] of [
          ['FromOrder', 'ToOrder'],
          ['ToOrder', 'FromOrder'],
        ] as const) {
          const rows = await this.from(DEPENDENCY)
            .whereIn(near, names)
            .whereRaw('?? <> ??', ['FromOrder', 'ToOrder'])
            .distinct<Partial<DependencyRow>[]>(far);
          next.push(...rows.map((row) => row[far] ?? ''));
        }
      }
      frontier = [...new Set(next)].filter((name) => !connected.has(name));
      for (const name of frontier) connected.add(name);
    }
    return connected;
  }

  /** Writes what a synchronization or its undo comes to. */
  async write(order: string, run: StepsOutcome, existing: readonly StoredDependency[]): Promise<void> {
    const written = new Set([...run.diff.add, ...run.diff.change].map(({ id }) => id));
    const gone = [...run.diff.remove, ...run.diff.change].map(({ id }) => id);
    const orderOf = orderOfEnds(order, run.steps, existing);
    await this.deleteSteps(gone);
    await this.session.bulkInsert(STEP, run.steps.filter((step) => written.has(step.id)).map(toStepRow));
    await this.deleteDependencies(run.dependencyChanges.remove);
    await this.insertDependencies(run.dependencyChanges.add.map((dependency) => orderOf(dependency)));
  }

  /** Steps as they are given, in place of those with the same id. */
  async replaceSteps(steps: readonly StoredStep[]): Promise<void> {
    await this.deleteSteps(steps.map(({ id }) => id));
    await this.session.bulkInsert(STEP, steps.map(toStepRow));
  }

  async deleteSteps(ids: readonly string[]): Promise<void> {
    await this.session.bulkDelete(
      STEP,
      ids.map((id) => ({ Id: id })),
    );
  }

  async insertDependencies(dependencies: readonly StoredDependency[]): Promise<void> {
    await this.session.bulkInsert(
      DEPENDENCY,
      dependencies.map(({ from, to, fromOrder, toOrder, manual }) => ({
        FromId: from,
        ToId: to,
        FromOrder: fromOrder,
        ToOrder: toOrder,
        Manual: Number(manual),
      })),
    );
  }

  async deleteDependencies(dependencies: readonly Pick<Dependency, 'from' | 'to'>[]): Promise<void> {
    await this.session.bulkDelete(
      DEPENDENCY,
      dependencies.map(({ from, to }) => ({ FromId: from, ToId: to })),
    );
  }

  async lastBeforeImage(order: string): Promise<BeforeImage | null> {
    const row = await this.from(SYNCHRONIZATION)
      .where('ProductionOrder', order)
      .first<{ BeforeImage: string } | undefined>('BeforeImage');
    return row === undefined ? null : (JSON.parse(row.BeforeImage) as BeforeImage);
  }

  /** Keeps what the undo of this run needs; only the last run of an order can be undone. */
  async keepBeforeImage(run: {
    order: string;
    mode: string;
    actor: string;
    image: BeforeImage;
  }): Promise<void> {
    await this.forgetBeforeImage(run.order);
    await this.session.bulkInsert(SYNCHRONIZATION, [
      {
        ProductionOrder: run.order,
        Mode: run.mode,
        Actor: run.actor,
        BeforeImage: JSON.stringify(run.image),
      },
    ]);
  }

  async forgetBeforeImage(order: string): Promise<void> {
    await this.session.bulkDelete(SYNCHRONIZATION, [{ ProductionOrder: order }]);
  }

  private from(table: typeof STEP | typeof DEPENDENCY | typeof SYNCHRONIZATION) {
    return this.sql(this.session.table(table));
  }
}

/** The orders of a dependency's ends: this order's steps, or what is stored of other orders' already. */
function orderOfEnds(
  order: string,
  steps: readonly StoredStep[],
  existing: readonly StoredDependency[],
): (dependency: Dependency) => StoredDependency {
  const own = new Set(steps.map(({ id }) => id));
  const elsewhere = new Map(
    existing.flatMap(({ from, fromOrder, to, toOrder }) => [
      [from, fromOrder],
      [to, toOrder],
    ]),
  );
  const orderOf = (id: string) => (own.has(id) ? order : (elsewhere.get(id) ?? order));
  return (dependency) => ({
    ...dependency,
    fromOrder: orderOf(dependency.from),
    toOrder: orderOf(dependency.to),
  });
}

function toStep(row: StepRow): StoredStep {
  return {
    id: row.Id,
    order: row.ProductionOrder,
    source: row.Source,
    batch: row.Batch,
    position: row.Position,
    flowPath: row.FlowPath,
    step: row.Step,
    quantity: row.Quantity,
    builtQuantity: row.BuiltQuantity,
    units: row.Units,
    state: row.State,
    actualStart: row.ActualStart,
    actualEnd: row.ActualEnd,
    manual: row.Manual === 1,
    scheduled: row.Scheduled === 1,
  };
}

function toStepRow(step: StoredStep): Record<keyof StepRow, string | number | null> {
  return {
    Id: step.id,
    ProductionOrder: step.order,
    Source: step.source,
    Batch: step.batch,
    Position: step.position,
    FlowPath: step.flowPath,
    Step: step.step,
    Quantity: step.quantity,
    BuiltQuantity: step.builtQuantity,
    Units: step.units,
    State: step.state,
    ActualStart: step.actualStart,
    ActualEnd: step.actualEnd,
    Manual: Number(step.manual),
    Scheduled: Number(step.scheduled),
  };
}

function toDependency(row: DependencyRow): StoredDependency {
  return {
    from: row.FromId,
    to: row.ToId,
    fromOrder: row.FromOrder,
    toOrder: row.ToOrder,
    manual: row.Manual === 1,
  };
}
