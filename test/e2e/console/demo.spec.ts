/** The demo that opens onto a plant: enough of it to see something on every page. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { machiningPlant } from '../../../src/examples/machining-plant.js';
import { MAIN, Workplace } from '../command-line.js';

const WITHIN_MS = 50_000;

interface OrderList {
  counts: { states: Record<string, number> };
  orders: { blocked: { operation: string; violations: { rule: string | null }[] }[] }[];
}

interface Plan {
  orders: { late: boolean }[];
  unscheduled: unknown[];
}

describe('[e2e] demo --serve', () => {
  let workplace: Workplace | null = null;
  let child: ChildProcess | null = null;

  afterEach(async () => {
    if (child?.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    workplace?.remove();
  });

  it('tells the story, makes a plant and serves it, with blocked and late orders and a parked event', async () => {
    workplace = new Workplace();
    const words = ['demo', '--serve', '--port', '0', '--json', '--now', '2026-11-23T08:00:00Z'];
    const serving = spawn(process.execPath, [MAIN, ...words], { cwd: workplace.folder });
    child = serving;
    let [stdout, stderr] = ['', ''];
    serving.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    serving.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const end = performance.now() + WITHIN_MS;
    while (!stdout.includes('}')) {
      await wait(50);
      if (serving.exitCode !== null || performance.now() > end) throw new Error(`${stdout} ${stderr}`);
    }
    const { url } = JSON.parse(stdout) as { url: string };
    const get = async <T>(path: string) => (await (await fetch(`${url}${path}`)).json()) as T;

    const { counts, orders } = await get<OrderList>('/production-orders?limit=300&counts=true');
    expect(Object.values(counts.states).reduce((sum, count) => sum + count, 0)).to.equal(306);
    for (const [state, count] of Object.entries(counts.states)) expect(count, state).to.be.greaterThan(5);
    const blocking = orders.flatMap(({ blocked }) =>
      blocked.flatMap(({ operation, violations }) =>
        violations.every(({ rule }) => rule !== null) ? [operation] : [],
      ),
    );
    expect(blocking).to.include.members(['Release', 'Close', 'Synchronize']);
    const plan = await get<Plan>('/schedule?summary=true');
    expect(plan.orders.filter(({ late }) => late).length).to.be.within(5, plan.orders.length / 2);
    expect(plan.unscheduled).to.not.deep.equal([]);
    const { events } = await get<{ events: { error: string }[] }>('/events?state=parked');
    expect(events[0]?.error).to.contain('The label printer of Plant South does not answer');
    expect((await fetch(url)).url).to.equal(`${url}/console/`);
  });

  it('has the same plant for the same day and number, and another for another seed', () => {
    const plant = (seed: number) => JSON.stringify(machiningPlant({ today: '2026-11-23', orders: 40, seed }));
    expect(plant(1)).to.equal(plant(1));
    expect(plant(2)).to.not.equal(plant(1));
  });
});
