/** Prometheus metrics: hook latency, verdicts by operation, rule and outcome, and how the event queue stands. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { VerdictRow } from '../../core/rules/verdict.js';
import { epochMilliseconds } from '../../core/time.js';
import type { Served, ServedDispatcher } from './served.js';

const BUCKETS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class Metrics {
  private readonly registry = new Registry();
  private readonly hooks: Histogram<'operation' | 'moment'>;
  private readonly verdicts: Counter<'operation' | 'rule' | 'outcome'>;

  constructor(door: Served, dispatcher: () => ServedDispatcher | null) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry, prefix: 'orderwright_' });
    this.hooks = new Histogram({
      name: 'orderwright_hook_seconds',
      help: 'How long a hook took to answer',
      labelNames: ['operation', 'moment'],
      buckets: BUCKETS_SECONDS,
      registers,
    });
    this.verdicts = new Counter({
      name: 'orderwright_verdicts_total',
      help: 'Verdicts on orders and materials; a rule is named where it refuses or warns',
      labelNames: ['operation', 'rule', 'outcome'],
      registers,
    });
    // Beside each other in one answer: the lag is set where the depth is read.
    const lag = new Gauge({
      name: 'orderwright_event_lag_seconds',
      help: 'How long the oldest event waits',
      registers,
    });
    new Gauge({
      name: 'orderwright_events',
      help: 'Events in the queue by state',
      labelNames: ['state'],
      registers,
      async collect() {
        const { pending, claimed, parked, oldest } = await door.queueDepth();
        lag.set(oldest === null ? 0 : Math.max(0, (Date.now() - epochMilliseconds(oldest)) / 1000));
        this.set({ state: 'pending' }, pending);
        this.set({ state: 'claimed' }, claimed);
        this.set({ state: 'parked' }, parked);
      },
    });
    new Gauge({
      name: 'orderwright_host_actions',
      help: 'Due transitions that are offered to the host, and those of which its procedure or service fails',
      labelNames: ['state'],
      registers,
      async collect() {
        const { offered, failing } = await door.hostActions();
        this.set({ state: 'offered' }, offered);
        this.set({ state: 'failing' }, failing);
      },
    });
    const statistic = (name: string, help: string, of: (found: Statistics) => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          const found = dispatcher()?.statistics();
          if (found !== undefined) this.set(of(found));
        },
      });
    statistic('orderwright_events_applied_total', 'Events that this process applied', (s) => s.applied);
    statistic(
      'orderwright_event_retries_total',
      'Attempts that failed and are tried again',
      (s) => s.retries,
    );
    statistic('orderwright_events_parked_total', 'Events that this process parked', (s) => s.newlyParked);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  hook(operation: string, moment: string, seconds: number): void {
    this.hooks.observe({ operation, moment }, seconds);
  }

  /** The operation is one that exists, and rules are those of the set: the labels stay few. */
  verdict(
    operation: string,
    verdict: { orders: readonly VerdictRow[] } | { materials: readonly VerdictRow[] },
  ): void {
    const rows = 'orders' in verdict ? verdict.orders : verdict.materials;
    for (const { allowed, violations, warnings } of rows) {
      const outcome = allowed ? 'allowed' : 'refused';
      const reasons = [...violations, ...warnings].map(({ rule, code }) => rule ?? code);
      for (const rule of reasons.length === 0 ? [''] : new Set(reasons)) {
        this.verdicts.inc({ operation, rule, outcome });
      }
    }
  }
}

type Statistics = ReturnType<ServedDispatcher['statistics']>;
