/**
 * Rows of polled tables that this transaction writes itself: no trigger marks them as ours. What the host did with such a
 * row is looked at before it is written, and what we did is taken as ours when the transaction ends.
 */
import type { HostLook } from './host-look.js';

export interface Written {
  orders?: readonly string[];
  materials?: readonly string[];
}

export class WrittenRows {
  private readonly orders = new Set<string>();
  private readonly materials = new Set<string>();

  constructor(
    private readonly look: HostLook,
    private readonly now: () => string,
  ) {}

  /** Before rows are written. */
  async begin({ orders = [], materials = [] }: Written): Promise<void> {
    const fresh = {
      ProductionOrder: orders.filter((name) => !this.orders.has(name)),
      Material: materials.filter((name) => !this.materials.has(name)),
    };
    await this.look.polled(fresh, { at: this.now(), by: 'host', door: 'poll' });
    this.note({ orders, materials });
  }

  /** Rows that were written without a look at them before. */
  note({ orders = [], materials = [] }: Written): void {
    for (const name of orders) this.orders.add(name);
    for (const name of materials) this.materials.add(name);
  }

  /** @param by nobody: it is no event, as after an import. */
  async end(by: 'ours' | 'nobody'): Promise<void> {
    const named = { ProductionOrder: [...this.orders], Material: [...this.materials] };
    this.orders.clear();
    this.materials.clear();
    await this.look.polled(named, { at: this.now(), by, door: 'poll' });
  }
}
