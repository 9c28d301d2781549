/**
 * Local times of one zone as instants, and back, in whole seconds. A local second is the epoch second that the same
 * digits would be in UTC. The zone is asked once for each stretch between two changes of its offset.
 */
import { offsetAt } from '../../../src/index.js';
import type { TimeZone } from '../../../src/index.js';

export const DAY = 86_400;

export class ZoneClock {
  private readonly from: number[];
  private readonly offsets: number[];
  private nextChange: number;
  private hint = 0;

  /** `start`: the earliest instant that will be asked for. */
  constructor(
    private readonly zone: TimeZone,
    start: number,
  ) {
    const first = offsetAt((start - 2 * DAY) * 1000, zone);
    this.from = [start - 2 * DAY];
    this.offsets = [first.seconds];
    this.nextChange = first.until === null ? Infinity : first.until / 1000;
  }

  /**
   * The instant of a local second. One that does not exist is the instant of the change; of one that exists twice a
   * start is the earlier and an end the later (design 3.8).
   */
  instantOf(local: number, edge: 'start' | 'end'): number {
    this.coverTo(local + 2 * DAY);
    let stretch = Math.max(0, this.hint - 1);
    while (stretch > 0 && local - this.offset(stretch) < this.begin(stretch) + DAY) stretch--;
    for (; ; stretch++) {
      const instant = local - this.offset(stretch);
      if (instant >= this.begin(stretch + 1)) continue;
      this.hint = stretch;
      if (instant < this.begin(stretch)) return this.begin(stretch);
      const again = local - this.offset(stretch + 1);
      const twice = again >= this.begin(stretch + 1) && again < this.begin(stretch + 2);
      return edge === 'end' && twice ? again : instant;
    }
  }

  /** The local second of an instant. */
  localOf(instant: number): number {
    return instant + this.offset(this.stretchOf(instant));
  }

  /** When the offset next changes after an instant; Infinity: never again. */
  changeAfter(instant: number): number {
    return this.begin(this.stretchOf(instant) + 1);
  }

  private stretchOf(instant: number): number {
    this.coverTo(instant);
    let stretch = this.hint;
    while (stretch > 0 && this.begin(stretch) > instant) stretch--;
    while (this.begin(stretch + 1) <= instant) stretch++;
    this.hint = stretch;
    return stretch;
  }

  private begin(stretch: number): number {
    return this.from[stretch] ?? this.nextChange;
  }

  private offset(stretch: number): number {
    return this.offsets[stretch] ?? this.offsets.at(-1) ?? 0;
  }

  private coverTo(instant: number): void {
    while (this.nextChange <= instant) {
      const next = offsetAt(this.nextChange * 1000, this.zone);
      this.from.push(this.nextChange);
      this.offsets.push(next.seconds);
      this.nextChange = next.until === null ? Infinity : next.until / 1000;
    }
  }
}
