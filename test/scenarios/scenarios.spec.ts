/**
 * Every folder here is a small plant and the plan that a planner expects of it. `about.json` says what it proves and
 * when it is planned; `UPDATE_SCENARIOS=1` writes `expected.txt` anew, to be read before it is kept.
 */
import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { fileURLToPath } from 'node:url';
import { createOrderwright, type JsonObject } from '../../src/index.js';
import { planText, type PlanAnswer } from './plan-text.js';

interface About {
  proves: string[];
  now: string;
  config?: JsonObject;
}

/** The folders are read where they are written, not where the compiled tests are. */
const FOLDER = fileURLToPath(new URL('../../../test/scenarios/', import.meta.url));
const update = process.env.UPDATE_SCENARIOS === '1';

describe('[e2e] scenarios', () => {
  const names = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of names) {
    const about = JSON.parse(readFileSync(join(FOLDER, name, 'about.json'), 'utf8')) as About;

    it(`plan ${name.replaceAll('-', ' ')} as expected`, async () => {
      const plant = readFileSync(join(FOLDER, name, 'plant.json'), 'utf8');
      const found = await planned(plant, about);
      const file = join(FOLDER, name, 'expected.txt');
      if (update) writeFileSync(file, found);
      expect(found).to.equal(readFileSync(file, 'utf8'));
    });
  }
});

async function planned(plant: string, { proves, now, config = {} }: About): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'orderwright-scenario-'));
  writeFileSync(join(folder, 'orderwright.config.json'), JSON.stringify(config));
  const door = await createOrderwright({ database: 'sqlite::memory:', folder });
  try {
    await door.importPlant({ text: plant, now });
    const { document, lines } = await door.command('schedule', {
      now,
      arguments: {},
      options: {},
      input: {},
    });
    const answer = JSON.parse([...(document as Iterable<string>)].join('')) as PlanAnswer;
    const { timeZone } = JSON.parse(plant) as { timeZone?: string };
    return planText({ proves, now, zone: timeZone ?? 'UTC', answer, lines: lines?.() ?? [] });
  } finally {
    await door.close();
    rmSync(folder, { recursive: true });
  }
}
