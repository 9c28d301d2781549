/** Positions, marks, preliminary plans and the saved plan in the plugin's own tables. */
import { createHash } from 'node:crypto';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { canonicalJson, chunks, type JsonObject } from '../../src/index.js';
import type { PlannedOrder } from './core/answer.js';
import type { QueuedEntry } from './core/settle-queue.js';
import type { Snapshot } from './core/snapshot.js';
import type { PlanSession } from './read-snapshot.js';

/** Preliminary plans that are kept. */
const KEPT = 10;
const VERSION_DIGITS = 16;

/** What a plan rests on: a hash of each part of its snapshot, and of all of them together, which is its version. */
export interface PlanVersion {
  version: string;
  parts: Record<string, string>;
}

export interface PreliminaryPlan extends PlanVersion {
  plannedAt: string;
  upTo: string | null;
  document: PlanDocument;
}

/** The answer of `schedule --json`, as it was given. */
export interface PlanDocument {
  version: string;
  orders: PlannedOrder[];
  unscheduled: { name: string; code: string; message: string }[];
}

interface SavedOrderRow {
  ProductionOrder: string;
  ScheduledStart: string;
  ScheduledEnd: string;
  Late: number;
  LatenessMinutes: number;
}

interface SavedOperationRow {
  ProductionOrder: string;
  Sequence: number;
  Name: string;
  Product: string;
  Step: string | null;
  Batch: number | null;
  Repetitions: number;
  ScheduledStart: string;
  ScheduledEnd: string;
  WorkCenterType: string | null;
}

interface SavedPlacementRow {
  ProductionOrder: string;
  Sequence: number;
  WorkCenter: string | null;
  Lane: number;
  PlacedStart: string;
  PlacedEnd: string;
  Minutes: number;
}

export function versionOf(snapshot: Snapshot, upTo: string | null): PlanVersion {
  const parts: Record<string, string> = { upTo: digest(upTo) };
  for (const [part, value] of Object.entries(snapshot)) parts[part] = digest(value);
  return { version: digest(parts).slice(0, VERSION_DIGITS), parts };
}

function digest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

interface StandingRow {
  Priority: number | null;
  Version: string | null;
  Reason: string | null;
}

/** Where an order stands in the queue and the saved plan. */
export interface Standing {
  /** The priority group in which it is queued, null where it is in none. */
  priority: number | null;
  /** Whether it is in the saved plan. */
  saved: boolean;
  /** Why it is marked as to be scheduled again, null where it is not. */
  reschedule: string | null;
}

export class PlanStore {
  constructor(private readonly session: PlanSession) {}

  /** Waits for whoever changes the queue or the plan, and is the only one to do so until the session ends. */
  alone(): Promise<void> {
    return this.session.lock(['schedule']);
  }

  /** Writes positions that are not stored as they are. */
  async storeQueue(queue: readonly QueuedEntry[]): Promise<void> {
    const changed = queue.filter(({ stored }) => !stored);
    await this.deleteOf(
      'QueueEntry',
      changed.map(({ name }) => name),
    );
    await this.session.bulkInsert(
      'orderwright.QueueEntry',
      changed.map(({ name, priority, position }) => ({
        ProductionOrder: name,
        Priority: priority,
        Position: position,
      })),
    );
  }

  /** Puts an order last in its priority group. */
  async enqueue(name: string, priority: number): Promise<void> {
    await this.alone();
    const last = await this.from('QueueEntry')
      .where('Priority', priority)
      .max<{ last: number | null }[]>('Position as last');
    await this.storeQueue([
      { name, priority, position: (last[0]?.last ?? 0) + 1, reschedule: null, stored: false },
    ]);
  }

  async standingOf(name: string): Promise<Standing> {
    const { sql, table } = this.session;
    const of = (column: string, from: `orderwright.${string}`) =>
      sql(table(from)).where('ProductionOrder', name).select(column).as(column);
    const [row] = await this.session.kept<StandingRow>(
      'scheduling: standing of an order',
      [name, name, name],
      () =>
        sql.select(
          of('Priority', 'orderwright.QueueEntry'),
          of('Version', 'orderwright.SavedOrder'),
          of('Reason', 'orderwright.RescheduleMark'),
        ),
    );
    const { Priority = null, Version = null, Reason = null } = row ?? {};
    return { priority: Priority, saved: Version !== null, reschedule: Reason };
  }

  async mark(names: readonly string[], reason: string): Promise<void> {
    await this.markEach(names.map((name) => ({ name, reason })));
  }

  /** Marks orders as to be scheduled again, each for a reason of its own. */
  async markEach(marks: readonly { name: string; reason: string }[]): Promise<void> {
    await this.alone();
    await this.session.bulkUpsert(
      'orderwright.RescheduleMark',
      marks.map(({ name, reason }) => ({ ProductionOrder: name, Reason: reason })),
      ['ProductionOrder'],
    );
  }

  async unmark(names: readonly string[]): Promise<void> {
    await this.deleteOf('RescheduleMark', names);
  }

  /** The saved orders that have a placement on a work center that ends after an instant. */
  async savedOn(workCenter: string, after: string): Promise<string[]> {
    const rows = await this.from('SavedPlacement')
      .where('WorkCenter', workCenter)
      .where('PlacedEnd', '>', after)
      .distinct<{ ProductionOrder: string }[]>('ProductionOrder');
    return rows.map((row) => row.ProductionOrder);
  }

  /**
   * The saved orders whose placements share a work center with this order's, at the same time or later: what a change
   * of it can move.
   */
  async savedBeside(order: string): Promise<string[]> {
    const rows = await this.session
      .sql({ mine: this.session.table('orderwright.SavedPlacement') })
      .join(
        { other: this.session.table('orderwright.SavedPlacement') },
        'other.WorkCenter',
        'mine.WorkCenter',
      )
      .where('mine.ProductionOrder', order)
      .whereNot('other.ProductionOrder', order)
      .whereRaw('?? >= ??', ['other.PlacedEnd', 'mine.PlacedStart'])
      .distinct<{ ProductionOrder: string }[]>('other.ProductionOrder as ProductionOrder');
    return rows.map((row) => row.ProductionOrder);
  }

  async isSaved(order: string): Promise<boolean> {
    return (
      (await this.from('SavedOrder').where('ProductionOrder', order).first<object | undefined>('Version')) !==
      undefined
    );
  }

  /** The version of the saved plan, null where there is none, and the orders that are in it. */
  async saved(): Promise<{ version: string | null; names: string[] }> {
    const rows = await this.from('SavedOrder').select<{ ProductionOrder: string; Version: string }[]>(
      'ProductionOrder',
      'Version',
    );
    return { version: rows[0]?.Version ?? null, names: rows.map((row) => row.ProductionOrder) };
  }

  /** The saved orders from the published tables, for a plan whose document is no longer kept. */
  async savedOrders(): Promise<PlannedOrder[]> {
    const orders = await this.from('SavedOrder').orderBy('ScheduledStart').select<SavedOrderRow[]>();
    const operations = await this.from('SavedOperation').orderBy('Sequence').select<SavedOperationRow[]>();
    const placements = await this.from('SavedPlacement').orderBy('Place').select<SavedPlacementRow[]>();
    const placed = Map.groupBy(placements, (row) => `${row.Sequence} ${row.ProductionOrder}`);
    const ofOrder = Map.groupBy(operations, (row) => row.ProductionOrder);
    return orders.map((order) => ({
      name: order.ProductionOrder,
      scheduledStart: order.ScheduledStart,
      scheduledEnd: order.ScheduledEnd,
      late: order.Late !== 0,
      latenessMinutes: order.LatenessMinutes,
      waitedFor: [],
      operations: (ofOrder.get(order.ProductionOrder) ?? []).map((row) => ({
        name: row.Name,
        product: row.Product,
        step: row.Step,
        batch: row.Batch,
        repetitions: row.Repetitions,
        start: row.ScheduledStart,
        end: row.ScheduledEnd,
        workCenterType: row.WorkCenterType,
        placements: (placed.get(`${row.Sequence} ${row.ProductionOrder}`) ?? []).map((at) => ({
          workCenter: at.WorkCenter,
          lane: at.Lane,
          start: at.PlacedStart,
          end: at.PlacedEnd,
          minutes: at.Minutes,
        })),
      })),
    })) as unknown as PlannedOrder[];
  }

  async storePreliminary(
    plan: PlanVersion & { plannedAt: string; upTo: string | null; json: string },
  ): Promise<void> {
    await this.from('PreliminaryPlan').where('Version', plan.version).delete();
    await this.from('PreliminaryPlan').insert({
      Version: plan.version,
      PlannedAt: plan.plannedAt,
      UpTo: plan.upTo,
      ReadParts: JSON.stringify(plan.parts),
      Document: gzipSync(plan.json, { level: constants.Z_BEST_SPEED }),
    });
    const kept = await this.from('PreliminaryPlan')
      .orderBy('Sequence', 'desc')
      .limit(KEPT)
      .select<{ Sequence: number }[]>('Sequence');
    await this.from('PreliminaryPlan')
      .where('Sequence', '<', kept.at(-1)?.Sequence ?? 0)
      .delete();
  }

  /** The plans that are kept, the newest first. */
  async versions(): Promise<{ version: string; plannedAt: string; upTo: string | null }[]> {
    const rows = await this.from('PreliminaryPlan')
      .orderBy('Sequence', 'desc')
      .select<{ Version: string; PlannedAt: string; UpTo: string | null }[]>('Version', 'PlannedAt', 'UpTo');
    return rows.map((row) => ({ version: row.Version, plannedAt: row.PlannedAt, upTo: row.UpTo }));
  }

  async preliminary(version: string): Promise<PreliminaryPlan | null> {
    const row = await this.from('PreliminaryPlan')
      .where('Version', version)
      .first<{ PlannedAt: string; UpTo: string | null; ReadParts: string; Document: Buffer } | undefined>();
    if (row === undefined) return null;
    return {
      version,
      plannedAt: row.PlannedAt,
      upTo: row.UpTo,
      parts: JSON.parse(row.ReadParts) as Record<string, string>,
      document: JSON.parse(gunzipSync(row.Document).toString('utf8')) as PlanDocument,
    };
  }

  async dropPreliminary(version: string): Promise<boolean> {
    return (await this.from('PreliminaryPlan').where('Version', version).delete()) > 0;
  }

  /**
   * Fills the tables behind the published views with this plan and nothing else: what was saved before rests on times
   * that this plan has given to others. An order that is in it no more is marked.
   */
  async save({ version, orders }: PlanDocument): Promise<void> {
    const names = orders.map(({ name }) => name);
    const planned = new Set(names);
    const rows = await this.from('SavedOrder').select<{ ProductionOrder: string }[]>('ProductionOrder');
    const saved = rows.map((row) => row.ProductionOrder);
    await this.removeSaved(saved);
    await this.unmark(names);
    await this.mark(
      saved.filter((name) => !planned.has(name)),
      'not in the plan that was saved last',
    );
    await this.session.bulkInsert(
      'orderwright.SavedOrder',
      orders.map(({ name, scheduledStart, scheduledEnd, late, latenessMinutes }) => ({
        ProductionOrder: name,
        Version: version,
        ScheduledStart: scheduledStart,
        ScheduledEnd: scheduledEnd,
        Late: Number(late),
        LatenessMinutes: latenessMinutes,
      })),
    );
    const operations = orders.flatMap(({ name, operations: listed }) =>
      listed.map((operation, index) => ({ order: name, sequence: index + 1, operation })),
    );
    await this.session.bulkInsert(
      'orderwright.SavedOperation',
      operations.map(({ order, sequence, operation }) => ({
        ProductionOrder: order,
        Sequence: sequence,
        Name: operation.name,
        Product: operation.product,
        Step: operation.step,
        Batch: operation.batch,
        StepId: operation.stepId,
        Repetitions: operation.repetitions,
        ScheduledStart: operation.start,
        ScheduledEnd: operation.end,
        WorkCenterType: operation.workCenterType,
      })),
    );
    await this.session.bulkInsert(
      'orderwright.SavedPlacement',
      operations.flatMap(({ order, sequence, operation }) =>
        (operation.placements ?? []).map((placement, index) => ({
          ProductionOrder: order,
          Sequence: sequence,
          Place: index + 1,
          WorkCenter: placement.workCenter,
          Lane: placement.lane,
          PlacedStart: placement.start,
          PlacedEnd: placement.end,
          Minutes: placement.minutes,
        })),
      ),
    );
    await this.markSteps(names, true);
  }

  /** Takes orders out of the saved plan. */
  async removeSaved(names: readonly string[]): Promise<void> {
    await this.markSteps(names, false);
    for (const table of ['SavedPlacement', 'SavedOperation', 'SavedOrder']) await this.deleteOf(table, names);
  }

  /** Saved operations of an order, for an answer that says what was removed. */
  async savedOperations(order: string): Promise<JsonObject[]> {
    const rows = (await this.from('SavedOperation')
      .where('ProductionOrder', order)
      .orderBy('Sequence')) as Record<string, string | number | null>[];
    return rows.map((row) => ({
      name: row.Name ?? null,
      step: row.Step ?? null,
      batch: row.Batch ?? null,
      start: row.ScheduledStart ?? null,
      end: row.ScheduledEnd ?? null,
    }));
  }

  /** Steps know whether they are in a saved plan: a synchronization that preserves keeps those. */
  private async markSteps(names: readonly string[], scheduled: boolean): Promise<void> {
    for (const chunk of chunks(names)) {
      const planned = this.from('SavedOperation')
        .whereIn('ProductionOrder', chunk)
        .whereNotNull('StepId')
        .select('StepId');
      await this.from('ProductionOrderStep')
        .whereIn('Id', planned)
        .update({ Scheduled: Number(scheduled) });
    }
  }

  private async deleteOf(table: string, names: readonly string[]): Promise<void> {
    await this.alone();
    await this.session.bulkDelete(
      `orderwright.${table}`,
      names.map((name) => ({ ProductionOrder: name })),
    );
  }

  private from(table: string) {
    return this.session.sql(this.session.table(`orderwright.${table}`));
  }
}
