/** Import of a plant with 100,000 orders, against its orders through one prepared statement. */
import { createOrderwright } from '../../../src/index.js';
import { aPlantFile } from '../factory.js';
import { insertAll, NOW, openBare, rowsOf, withFolder } from '../database.js';
import { ratioRow, timed, type Bench } from '../row.js';
import { join } from 'node:path';

const TABLE = 'mes_ProductionOrder';

export const importPlant: Bench = ({ quick, progress }) =>
  withFolder(async (folder) => {
    const count = quick ? 5_000 : 100_000;
    progress(`a plant with ${count} orders`);
    const text = JSON.stringify(aPlantFile({ orders: count, operations: 5, workCenters: 20 }));
    const file = join(folder, 'bench.db');
    const door = await createOrderwright({ database: `sqlite:${file}`, folder });
    const figure = await timed(() => door.importPlant({ text, now: NOW, actor: 'bench' }));
    await door.close();
    const bare = openBare(file);
    const rows = rowsOf(bare, TABLE);
    bare.exec(`create table "Bare" as select * from "${TABLE}" where 0`);
    const other = await timed(bare.transaction(() => insertAll(bare, 'Bare', rows)));
    bare.close();
    const name = `import a plant with ${count.toLocaleString('en')} orders`;
    const against = 'its orders through one prepared statement, without keys';
    return [ratioRow(name, { figure, unit: 'ms', against, other, limit: null })];
  });
