/** The chart of a plan of 100,000 placements: it is moved and zoomed without a stutter. */
import { expect } from 'chai';
import { it } from 'mocha';
import type { JsonObject } from '../../../src/index.js';
import { aPlantFile } from '../../bench/factory.js';
import { aConsole, describeInBrowser } from './a-console.js';

const NOW = '2020-07-01T06:00:00Z';
const FRAMES = 120;

/** What a person does with the wheel, frame by frame: nearer, to the side, and out again. */
const MOVE = `(async () => {
  const chart = document.querySelector('[role=application]');
  const { left, top, width, height } = chart.getBoundingClientRect();
  const at = { clientX: left + width * 0.6, clientY: top + height / 2, bubbles: true, cancelable: true };
  const frames = [];
  let before = await new Promise(requestAnimationFrame);
  for (let frame = 0; frame < ${FRAMES}; frame++) {
    const third = frame % 60;
    const deltaY = third < 25 ? -120 : third < 35 ? 0 : 120;
    chart.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY, deltaX: third >= 25 && third < 35 ? 40 : 0 }));
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  return frames;
})()`;

describeInBrowser('The chart of 100,000 placements', () => {
  it('is drawn again within 33 ms at the median while it is zoomed and moved, at every scale', async function () {
    this.timeout(120_000);
    let placements = 0;
    const { page, open } = await aConsole({
      plant: aPlantFile({ orders: 3000, operations: 5, workCenters: 40 }) as JsonObject,
      now: NOW,
      before: async (door) => {
        await door.command('schedule', { arguments: {}, options: {}, input: {}, now: NOW });
      },
    });
    page.on('response', (response) => {
      if (!response.url().includes('/schedule/placements')) return;
      void response.json().then((document: { placements: { lane: number[] } }) => {
        placements = document.placements.lane.length;
      });
    });
    await open('#/schedule');
    await page.getByRole('application').waitFor();
    await page.waitForTimeout(500);
    const frames = await page.evaluate<number[]>(MOVE);
    const sorted = [...frames].sort((a, b) => a - b);
    const median = sorted[Math.floor(FRAMES / 2)] ?? Infinity;
    expect(placements).to.be.at.least(100_000);
    expect(median, frames.join(' ')).to.be.at.most(33);
  });
});
