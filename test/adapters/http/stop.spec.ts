/** A server that stops: whoever was asked before is answered, and nobody keeps it from ending. */
import { expect } from 'chai';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { anOrder } from '../../operations/an-order.js';
import { aServer, type AServer } from './a-server.js';

const GRACE_MS = 300;
const STRANGE = 'elsewhere.example';
const BODY = JSON.stringify({ orders: [{ name: 'A' }] });
const head = (host = '127.0.0.1') =>
  `POST /hooks/ProductionOrder.Release/Pre HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n`;

async function connectedTo(server: AServer): Promise<Socket> {
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((server.app.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

describe('[http] a server that stops', () => {
  it('waits for the rest of a request, and answers it', async () => {
    const server = await aServer({ orders: [anOrder('A')], graceMs: 20_000 });
    const socket = await connectedTo(server);
    let answer = '';
    socket.on('data', (piece: Buffer) => (answer += piece.toString()));
    socket.write(head() + BODY.slice(0, 5));
    await wait(50);
    const stopped = server.app.close();
    await wait(50);
    socket.write(BODY.slice(5));
    await Promise.all([stopped, once(socket, 'close')]);
    expect(answer)
      .to.match(/^HTTP\/1.1 200 OK\r\n/)
      .and.to.include('"allowed":true');
  });

  for (const [what, text] of [
    ['that has not ended its request', head()],
    // It is refused by its head alone.
    ['that was answered before it has', head(STRANGE)],
  ] as const) {
    it(`cuts a client ${what}, once its time is over`, async () => {
      const server = await aServer({ orders: [anOrder('A')], graceMs: GRACE_MS });
      const socket = await connectedTo(server);
      socket.on('data', () => undefined);
      socket.write(text + BODY.slice(0, 5));
      await wait(50);
      const begun = performance.now();
      await Promise.all([server.app.close(), once(socket, 'close')]);
      // A timer may come a millisecond early.
      expect(performance.now() - begun).to.be.within(GRACE_MS - 5, 20_000);
    });
  }
});
