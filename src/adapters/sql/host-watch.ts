/**
 * When the host's tables that have no trigger are looked at, and from where on (`HostLook`). A look takes the rows above a
 * row version, and that version stays behind by a while: what is committed late may have a lower one than what was
 * seen. Everything is compared at the first look and every now and then, so that nothing is missed for good.
 */
import type { Knex } from 'knex';
import { epochMilliseconds, instantOf } from '../../core/time.js';
import type { Names } from '../../ports/migration.js';
import { CAPTURED, CAPTURED_LINK } from './captured-entities.js';
import type { HostLook } from './host-look.js';

/** How long a transaction of the host may take, so that what it did is found at once. */
const BEHIND_SECONDS = 60;
/** How often everything is compared. */
const WHOLE_SECONDS = 600;
const LINKS = 'ProductionOrderMaterial';

interface LookRow {
  Entity: string;
  RowVersion: string | null;
  AheadVersion: string | null;
  AheadAt: string | null;
  LookedAt: string;
  WholeAt: string | null;
}

export class HostWatch {
  private readonly table: string;

  constructor(
    private readonly knex: Knex.Transaction,
    names: Pick<Names, 'table'>,
    private readonly given: { look: HostLook; lock: () => Promise<void>; versionsRise: boolean },
  ) {
    this.table = names.table('orderwright.HostLook');
  }

  private polled(): string[] {
    const { look } = this.given;
    return [
      ...CAPTURED.filter(({ view }) => look.isPolled(view)).map(({ entity }) => entity),
      ...(look.isPolled(CAPTURED_LINK.view) ? [LINKS] : []),
    ];
  }

  async isDue(at: string, everySeconds: number): Promise<boolean> {
    const rows = await this.rows();
    return rows.some((row) => isOver(row.LookedAt, at, everySeconds));
  }

  async look(at: string, everySeconds: number): Promise<string[]> {
    if (this.polled().length === 0) return [];
    // Who looked meanwhile has looked for us too.
    await this.given.lock();
    const ids: string[] = [];
    for (const row of await this.rows()) {
      if (!isOver(row.LookedAt, at, everySeconds)) continue;
      ids.push(...(row.Entity === LINKS ? await this.lookAtLinks(at) : await this.lookAtRows(row, at)));
    }
    return ids;
  }

  private async lookAtLinks(at: string): Promise<string[]> {
    const ids = await this.given.look.links({ at, by: 'host', door: 'poll' });
    await this.knex(this.table).where('Entity', LINKS).update({ LookedAt: at, WholeAt: at });
    return ids;
  }

  private async lookAtRows(row: LookRow, at: string): Promise<string[]> {
    const { look, versionsRise } = this.given;
    const captured = CAPTURED.find(({ entity }) => entity === row.Entity);
    if (captured === undefined) return [];
    const mark = row.RowVersion;
    const whole =
      !versionsRise || mark === null || row.WholeAt === null || isOver(row.WholeAt, at, WHOLE_SECONDS);
    // Before the rows: what comes between is above it, and is looked at the next time.
    const highest = versionsRise ? await look.highest(captured.view, whole ? null : mark) : null;
    const ids = await look.rows(captured, { at, by: 'host', door: 'poll', above: whole ? null : mark });
    const from = (seconds: number) => instantOf(epochMilliseconds(at) - seconds * 1000);
    const next: Partial<LookRow> = { LookedAt: at };
    // Who was at work when it was looked at first is waited for, and then everything is compared once more.
    if (whole) next.WholeAt = mark === null ? from(WHOLE_SECONDS - BEHIND_SECONDS) : at;
    if (mark === null) Object.assign(next, { RowVersion: highest ?? '0' });
    else if (row.AheadVersion !== null && isOver(row.AheadAt, at, BEHIND_SECONDS))
      next.RowVersion = row.AheadVersion;
    if (mark === null || isOver(row.AheadAt, at, BEHIND_SECONDS)) {
      Object.assign(next, { AheadVersion: highest ?? row.AheadVersion ?? mark ?? '0', AheadAt: at });
    }
    await this.knex(this.table).where('Entity', row.Entity).update(next);
    return ids;
  }

  private async rows(): Promise<LookRow[]> {
    const polled = this.polled();
    if (polled.length === 0) return [];
    const rows = (await this.knex(this.table).whereIn('Entity', polled)) as LookRow[];
    return polled.flatMap((entity) => rows.find(({ Entity }) => Entity === entity) ?? []);
  }
}

function isOver(since: string | null, at: string, seconds: number): boolean {
  if (since === null) return true;
  const passed = epochMilliseconds(at) - epochMilliseconds(since);
  // A time to come belongs to a clock that was set back since.
  return passed >= seconds * 1000 || passed < 0;
}
