import { expect } from 'chai';
import { createToken } from '../../../src/adapters/http/tokens.js';
import type { AnswerRow, JsonObject } from '../../../src/index.js';
import { anOrder, plantFile } from '../../e2e/shop.js';
import { AnOrder } from '../../operations/an-order.js';
import { aServer, codes, isProblem, type AServer } from './a-server.js';

const SYNCHRONIZE = '/production-orders/01/steps/synchronize';
const UNDO = `${SYNCHRONIZE}/undo`;

const withOrder = (fields: JsonObject = {}): Promise<AServer> =>
  aServer({ plant: plantFile(), orders: [new AnOrder(anOrder('01', fields))] });

const counts = (row: AnswerRow | undefined) =>
  Object.fromEntries(
    Object.entries(row?.diff as Record<string, JsonObject[]>).map(([part, rows]) => [part, rows.length]),
  );

async function stepsOf(server: AServer): Promise<JsonObject[]> {
  return (await server.get('/production-orders/01')).body.steps as JsonObject[];
}

describe('Synchronize over HTTP', () => {
  it('previews, runs, and takes the run back, each with its diff', async () => {
    const server = await withOrder();
    const [preview] = await server.rows(`${SYNCHRONIZE}?dryRun=true`, { mode: 'replace' });
    const added = counts(preview).add!;
    expect(added).to.be.above(0);
    expect(await stepsOf(server)).to.deep.equal([]);
    const [done] = await server.rows(SYNCHRONIZE, { mode: 'replace' });
    expect(done!.steps).to.deep.equal(preview!.steps);
    const [undoPreview] = await server.rows(`${UNDO}?dryRun=true`, {});
    expect(counts(undoPreview)).to.deep.equal({ keep: 0, change: 0, add: 0, remove: added });
    expect(await stepsOf(server)).to.have.length(added);
    expect((await server.rows(UNDO, {}))[0]!.allowed).to.equal(true);
    expect(await stepsOf(server)).to.deep.equal([]);
    const [nothing] = await server.rows(UNDO, {});
    expect(codes(nothing)).to.deep.equal(['OW_SYNCHRONIZE_NOTHING_TO_UNDO']);
    const entries = await server.door.journal({ order: '01', limit: 50 });
    expect(entries.map(({ operation, door }) => `${operation} ${door}`)).to.include('UndoSynchronize http');
  });

  it('discards what was started only where that is said, and keeps it in the mode preserve', async () => {
    const server = await withOrder();
    const [done] = await server.rows(SYNCHRONIZE, {});
    const step = (done!.steps as JsonObject[])[0]!.id as string;
    const started = { orders: [{ name: '01' }], input: { step } };
    expect((await server.rows('/operations/ProductionOrder.StartStep', started))[0]!.allowed).to.equal(true);
    const [replace] = await server.rows(SYNCHRONIZE, { mode: 'replace' });
    expect(codes(replace)).to.deep.equal(['OW_SYNCHRONIZE_STARTED']);
    const [preserve] = await server.rows(`${SYNCHRONIZE}?dryRun=true`, { mode: 'preserve' });
    expect(counts(preserve)).to.deep.include({ change: 0, add: 0, remove: 0 });
    const [undo] = await server.rows(UNDO, {});
    expect(codes(undo)).to.deep.equal(['OW_SYNCHRONIZE_UNDO_STARTED']);
    const [discarded] = await server.rows(SYNCHRONIZE, { mode: 'replace', discardStarted: true });
    expect(counts(discarded).change).to.equal(1);
    expect((await stepsOf(server))[0]!.state).to.equal('Planned');
  });

  it('refuses with the violated rules and what they found', async () => {
    const server = await withOrder({ facility: 'Plant B' });
    const [row] = await server.rows(`${SYNCHRONIZE}?dryRun=true`, {});
    expect(codes(row)).to.deep.equal(['synchronize/facility-matches-flow-path']);
    expect(
      row!.violations[0]!.conditions.map(({ fact, actual }) => `${fact} ${JSON.stringify(actual)}`),
    ).to.include('order.facility "Plant B"');
  });

  it('is not misunderstood: any other body or query is refused', async () => {
    const server = await withOrder();
    for (const url of [SYNCHRONIZE, UNDO]) {
      isProblem(await server.post(`${url}?dryRun=yes`, {}), 400, 'OW_INPUT_INVALID');
      isProblem(await server.post(`${url}?dry=true`, {}), 400, 'OW_INPUT_INVALID');
      isProblem(await server.post(url, { mode: 'all' }), 400, 'OW_INPUT_INVALID');
      const list = { method: 'POST' as const, url, payload: [] };
      isProblem(await server.ask(list), 400, 'OW_INPUT_INVALID');
    }
    expect(await stepsOf(server)).to.deep.equal([]);
    const unknown = await server.rows('/production-orders/02/steps/synchronize/undo', {});
    expect(codes(unknown[0])).to.deep.equal(['OW_ORDER_UNKNOWN']);
  });

  it('is taken back with a permission of its own', async () => {
    const { token, hash } = await createToken('planner');
    const entry = { name: 'planner', hash, permissions: ['ProductionOrder.Synchronize'], roles: [] };
    const orders = [new AnOrder(anOrder('01'))];
    const server = await aServer({ plant: plantFile(), orders, tokens: [entry] });
    const headers = { authorization: `Bearer ${token}` };
    expect((await server.rows(SYNCHRONIZE, {}, headers))[0]!.allowed).to.equal(true);
    isProblem(await server.post(UNDO, {}, headers), 403, 'OW_PERMISSION');
  });
});
