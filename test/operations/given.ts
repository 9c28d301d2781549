/**
 * An orderwright on a small plant made in code, and the words in which the tests of the operations speak:
 * `(await given(anOrder().inState('Created'))).when('Release').refuses('OW_RULE_REFUSED')`.
 */
import { expect } from 'chai';
import { afterEach } from 'mocha';
import { createOrderwright, OrderwrightError } from '../../src/index.js';
import type { AnswerRow, JsonObject, MaterialVerdict, Orderwright } from '../../src/index.js';
import type { Problem, Verdict, Violation } from '../../src/index.js';
import { AnOrder, ordersFile, PLANT } from './an-order.js';

export { AnOrder, anOrder, ordersFile } from './an-order.js';

/** The time that the tests' operations go by; the journal's is the real clock's. */
export const NOW = '2020-07-01T10:00:00Z';

const opened: Given[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** Opens an orderwright that is closed after the test; without a folder in memory, without any configuration. */
export async function open(folder: string | null, database = 'sqlite::memory:'): Promise<Given> {
  const made = new Given(await createOrderwright({ database, folder: folder ?? '/nowhere' }));
  opened.push(made);
  return made;
}

/** In memory, with the plant and these orders in it; a folder's configuration, rules and plugins count. */
export async function given(...parts: (AnOrder | Place)[]): Promise<Given> {
  const place = parts.find((part): part is Place => !(part instanceof AnOrder));
  const made = await open(place?.folder ?? null, place?.database);
  await made.importing({ ...PLANT, ...ordersFile(...parts.filter((part) => part instanceof AnOrder)) });
  return made;
}

export interface Place {
  folder: string;
  database?: string;
}

export type Asked = Omit<Parameters<Orderwright['perform']>[0], 'operation' | 'orders'>;
export type AskedOfMaterials = Omit<
  Parameters<Orderwright['performMaterials']>[0],
  'operation' | 'materials' | 'input'
>;

export class Given {
  private isOpen = true;

  constructor(readonly door: Orderwright) {}

  async close(): Promise<void> {
    if (this.isOpen) await this.door.close();
    this.isOpen = false;
  }

  /** The operation on one order. */
  when(operation: string, order = 'PO', asked: Asked = {}): When {
    return new When(() => this.ask(operation, [order], asked));
  }

  ask(operation: string, orders: string[], asked: Asked = {}): Promise<Verdict<AnswerRow>> {
    return this.door.perform({ operation, orders, actor: 'ann', now: NOW, ...asked });
  }

  /** The operation on one material. */
  whenMaterial(
    operation: string,
    material: string,
    input: JsonObject = {},
    asked: AskedOfMaterials = {},
  ): When {
    return new When(async () => {
      const { materials, ...verdict } = await this.askMaterials(operation, [material], input, asked);
      return { ...verdict, orders: materials };
    });
  }

  askMaterials(
    operation: string,
    materials: string[],
    input: JsonObject = {},
    asked: AskedOfMaterials = {},
  ): Promise<MaterialVerdict> {
    return this.door.performMaterials({ operation, materials, input, actor: 'ann', now: NOW, ...asked });
  }

  async importing(plant: JsonObject, replace = false): Promise<void> {
    await this.door.importPlant({ text: JSON.stringify(plant), replace });
  }

  async stateOf(order = 'PO'): Promise<string> {
    const { state, universalState } = await this.door.order(order);
    return `${state as string} ${universalState as string}`;
  }

  /** `5 + 3 of 10 pcs, 1 delivered`: in progress and completed. */
  async quantitiesOf(order = 'PO'): Promise<string> {
    const { quantities } = await this.door.order(order);
    const { quantity, inProgress, completed, delivered, units } = quantities as Record<string, string>;
    return `${inProgress} + ${completed} of ${quantity} ${units}, ${delivered} delivered`;
  }

  /** A line per material that belongs or counts to an order: `M1 5 pcs InProgress`, and what is not usual. */
  async materialsOf(order = 'PO'): Promise<string[]> {
    const { materials } = await this.door.order(order);
    return (materials as MaterialShown[]).map(
      ({ name, quantity, units, state, universalState, accounts }) => {
        const unusual = [universalState, accounts ? 'Active' : 'not counted'].filter(
          (text) => text !== 'Active',
        );
        return [name, quantity, units, state, ...unusual].join(' ');
      },
    );
  }
}

type MaterialShown = Record<'name' | 'quantity' | 'units' | 'state' | 'universalState', string> & {
  accounts: boolean;
};

export class When {
  constructor(readonly verdict: () => Promise<Verdict<AnswerRow>>) {}

  async row(): Promise<AnswerRow> {
    return (await this.verdict()).orders[0]!;
  }

  async allows(state?: string): Promise<AnswerRow> {
    const row = await this.row();
    expect(row.violations.map(said), 'violations').to.deep.equal([]);
    expect(row.allowed).to.equal(true);
    if (state !== undefined) expect(row.state).to.equal(state);
    return row;
  }

  /** Refused with exactly these reasons, each a code or `code rule`, in this order. */
  async refuses(...reasons: string[]): Promise<AnswerRow> {
    const row = await this.row();
    expect(
      row.violations.map((one, at) => (reasons[at]?.includes(' ') ? said(one) : one.code)),
    ).to.deep.equal(reasons);
    expect(row.allowed).to.equal(false);
    return row;
  }
}

export function said({ code, rule }: Violation): string {
  return rule === null ? code : `${code} ${rule}`;
}

/** What a request is refused with as a whole; it fails where it is not. */
export async function failureOf(
  asked: Promise<unknown>,
): Promise<{ code: string; message: string; problems: Problem[] }> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof OrderwrightError) return error;
    throw error;
  }
  throw new Error('It was not refused');
}
