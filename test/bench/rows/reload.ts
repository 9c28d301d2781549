/** 500 rule files of which one is changed while the process runs: until the next verdict is by the new set. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SHIPPED_RULES } from '../../../src/adapters/files/package-root.js';
import { createOrderwright } from '../../../src/index.js';
import { NOW, withFolder } from '../database.js';
import { figureRow, median, timed, type Bench } from '../row.js';

const FILES = 500;
/** Longer than the files are taken to be as they were. */
const UNTIL_LOOKED_AT_AGAIN_MS = 550;

export const reload: Bench = ({ quick, progress }) =>
  withFolder(async (folder) => {
    progress(`${FILES} rule files`);
    const rules = join(folder, 'rules');
    cpSync(SHIPPED_RULES, rules, { recursive: true });
    const text = readFileSync(join(rules, 'synchronize', 'facility-matches-flow-path.json'), 'utf8');
    const write = (operation: string, place: number, title: string) => {
      const id = `${operation}/bench-${place}`;
      const rule = { ...(JSON.parse(text) as object), id, title };
      mkdirSync(join(rules, operation), { recursive: true });
      writeFileSync(join(rules, operation, `bench-${place}.json`), JSON.stringify(rule));
    };
    const words = ['release', 'start', 'close', 'cancel', 'synchronize'];
    const wordOf = (place: number) => words[place % words.length] ?? 'release';
    const all = (title: string) => {
      for (let place = 0; place < FILES; place++) write(wordOf(place), place, title);
    };
    all('all 0');
    // The rules beside a configuration file are the ones that count.
    writeFileSync(join(folder, 'orderwright.config.json'), '{}');
    const door = await createOrderwright({ database: `sqlite:${join(folder, 'bench.db')}`, folder });
    try {
      const look = (title: string) =>
        timed(async () => {
          const { rules: inForce } = await door.rules({ now: NOW, actor: 'bench' });
          const seen = inForce.filter(({ rule }) => rule.title === title).length;
          if (inForce.length < FILES || seen === 0) throw new Error(`${title} is not in force`);
        });
      const first = await look('all 0');
      const [one, every]: [number[], number[]] = [[], []];
      for (let round = 1; round <= (quick ? 1 : 9); round++) {
        write(wordOf(round), round, `one ${round}`);
        await wait(UNTIL_LOOKED_AT_AGAIN_MS);
        one.push(await look(`one ${round}`));
        all(`all ${round}`);
        await wait(UNTIL_LOOKED_AT_AGAIN_MS);
        every.push(await look(`all ${round}`));
      }
      return [
        figureRow(`first reading of ${FILES} rule files`, first, 'ms'),
        figureRow(`hot reload of one of ${FILES} rule files`, median(one), 'ms', 1000),
        figureRow(`hot reload of ${FILES} rule files`, median(every), 'ms', 1000),
      ];
    } finally {
      await door.close();
    }
  });
