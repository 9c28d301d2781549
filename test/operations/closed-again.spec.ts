import { expect } from 'chai';
import { describe, it } from 'mocha';
import { anOrder } from './given.js';
import { aHost } from './host.js';

describe('[operation] an order that the host reopened on its own', () => {
  it('is closed again with the quantities that it has by then, before the event of the reopening is applied', async () => {
    const host = await aHost({}, anOrder().inState('Completed').having('Completed'));
    const { orderwright } = host;
    await orderwright.when('Close').allows('Closed');
    host.sets({ State: 'Completed' });
    host.setsMaterial({ Quantity: '10.5' });
    await orderwright.when('Change', 'PO', { input: { overDeliveryTolerance: '0.1' } }).allows('Completed');
    await orderwright.when('Close').allows('Closed');
    host.setsMaterial({ Quantity: '7' });
    const { quantities } = await orderwright.door.order('PO');
    expect(quantities).to.include({ completed: '10.5' });
  });
});
