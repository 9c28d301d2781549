/** The shipped rules of an operation in process, against the bare json-rules-engine on the same conditions and values. */
import { evaluateRules } from '../../../src/core/rules/evaluate-rules.js';
import { completeFacts } from '../../../src/core/rules/fact.js';
import { bareEngine, registry, shippedRules } from '../bare-engine.js';
import { alternating, ratioRow, timed, type Bench } from '../row.js';

const OPERATION = 'synchronize';

/** An order that every rule of the operation lets through. */
const FACTS = {
  'order.name': 'PO',
  'order.state': 'Created',
  'order.universalState': 'Active',
  'order.facility': 'Plant',
  'order.flowPath': 'Main:A:1/Step 1:1',
  'order.quantity': '100',
  'order.includeInPlanning': true,
  'product.includeInSchedule': true,
  'product.schedulingMode': 'ProductionOrder',
  'flowPath.path': 'Main:A:1/Step 1:1',
  'flowPath.facility': 'Plant',
  'startStep.path': 'Main:A:1/Step 1:1',
  'startStep.productionOrderSchedulingMode': 'Material',
  'startStep.productionOrderStepSize': '20',
};

export const rules: Bench = async ({ quick, progress }) => {
  const read = shippedRules(OPERATION);
  const facts = completeFacts(registry, FACTS);
  const refused = completeFacts(registry, { ...FACTS, 'order.facility': 'Elsewhere' });
  const scope = { facility: 'Plant', product: 'P', productGroup: null };
  const ours = (values: typeof facts) =>
    evaluateRules({ rules: read, facts: values, registry, scope, operation: 'Synchronize' });
  const engine = bareEngine(read);
  const bare = async (values: typeof facts) => {
    const { failureResults } = await engine.run(values);
    return failureResults.length;
  };
  if ((await ours(facts)).violations.length > 0) throw new Error('A rule refuses what the benchmark allows');
  if ((await ours(refused)).violations.length !== (await bare(refused)))
    throw new Error('Both sides do not refuse the same');
  const many = (count: number, work: () => Promise<unknown>) => async () => {
    const spent = await timed(async () => {
      for (let turn = 0; turn < count; turn++) await work();
    });
    return (spent * 1000) / count;
  };
  const rows = [];
  for (const [what, values, count] of [
    ['an allowed verdict', facts, quick ? 500 : 5000],
    ['a refused verdict with its fix', refused, quick ? 100 : 1000],
  ] as const) {
    progress(`${what} of ${read.length} rules`);
    const sides = [many(count, () => ours(values)), many(count, () => bare(values))] as const;
    await alternating(2, sides);
    const [figure, other] = await alternating(quick ? 5 : 15, sides);
    const against = 'the bare engine on the same conditions and values';
    rows.push(ratioRow(`rule evaluation, ${what}`, { figure, unit: 'us', against, other, limit: 1.3 }));
  }
  return rows;
};
