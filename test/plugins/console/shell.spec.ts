import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  depthLine,
  durationText,
  messagesOf,
  remembered,
  type QueueNews,
} from '../../../plugins/console/page/events/queue-stream.js';
import { covers } from '../../../plugins/console/page/shell/permissions.js';
import { addressOf, matchPattern, parseAddress } from '../../../plugins/console/page/shell/route.js';
import { valueText } from '../../../plugins/console/page/shell/text.js';
import { covers as serverCovers } from '../../../src/adapters/http/tokens.js';

describe('[page] Addresses', () => {
  it('hold any name, also one with a slash, a question mark or a percent sign', () => {
    for (const name of ['PO-1', 'A/B', 'What?', '100 %', 'ä #1']) {
      const address = parseAddress(addressOf(['orders', name], { tab: 'steps & more' }));
      expect(address.segments).to.deep.equal(['orders', name]);
      expect(address.query.get('tab')).to.equal('steps & more');
      expect(matchPattern('orders/:name', address)).to.deep.equal({ name });
    }
  });

  it('lead to the page of their pattern only', () => {
    expect(matchPattern('orders', parseAddress('#/orders/'))).to.deep.equal({});
    expect(matchPattern('orders', parseAddress('#/orders/PO'))).to.equal(null);
    expect(matchPattern('orders/:name', parseAddress('#/rules/PO'))).to.equal(null);
    expect(parseAddress('#/orders/%').segments, 'no valid encoding').to.deep.equal(['orders', '%']);
    expect(parseAddress('').segments).to.deep.equal([]);
  });
});

describe('[page] Permissions', () => {
  it('are read as the server reads them', () => {
    const held = [['*'], ['ProductionOrder.*'], ['ProductionOrder.Show', 'Events.Retry'], []];
    const wanted = ['ProductionOrder.Show', 'ProductionOrder.Release.Override', 'Events.Retry', 'Rules.Show'];
    for (const permissions of held) {
      for (const one of wanted)
        expect(covers(permissions, one), `${permissions.join()} ${one}`).to.equal(
          serverCovers(permissions, one),
        );
    }
  });
});

describe('[page] Values in words', () => {
  it('are told as a reader has them', () => {
    const values = [
      null,
      undefined,
      '57',
      3,
      false,
      ['A', 'B'],
      { fact: 'order.x', value: '5' },
      { fact: 'y' },
    ];
    expect(values.map(valueText)).to.deep.equal([
      'nothing',
      'nothing',
      '57',
      '3',
      'false',
      'A, B',
      '5 (order.x)',
      'y',
    ]);
  });
});

describe('[page] The stream of the event queue', () => {
  const news = (pending: number): QueueNews => ({
    pending,
    claimed: 0,
    parked: 0,
    oldest: null,
    lagSeconds: 0,
    parkedEvents: [],
  });

  it('is read message by message, however its text is cut', () => {
    const text = 'event: queue\ndata: {"a":1}\n\n: beat\n\nevent: queue\ndata: {"a":\ndata: 2}\n\n';
    const found: string[] = [];
    let rest = '';
    for (const letter of text) {
      const read = messagesOf(rest + letter);
      found.push(...read.messages);
      rest = read.rest;
    }
    expect(found.map((one) => JSON.parse(one) as unknown)).to.deep.equal([{ a: 1 }, { a: 2 }]);
    expect(rest).to.equal('');
  });

  it('keeps the depth of the last five minutes, drawn as steps', () => {
    let depths = remembered([], news(2), 0);
    depths = remembered(depths, news(4), 150_000);
    expect(depthLine(depths, 300_000, { width: 100, height: 12 })).to.equal(
      'M0.0,6.0 L50.0,6.0 L50.0,1.0 L100.0,1.0',
    );
    expect(remembered(depths, news(0), 400_000).map(({ waiting }) => waiting)).to.deep.equal([4, 0]);
  });

  it('tells how long in the unit that fits', () => {
    expect([0, 45.4, 120, 7200].map(durationText)).to.deep.equal(['0 s', '45 s', '2 min', '2 h']);
  });
});
