import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { expandFlow, FlowExpansions, resolveFlowPath } from '../../../src/core/order/flow-path.js';
import type { Flow, FlowItem, FlowLibrary, Step } from '../../../src/core/order/production-order.js';

const step = (name: string, facility: string | null = 'Plant A'): Step => ({
  name,
  facility,
  units: null,
  productionOrderSchedulingMode: 'Material',
  productionOrderStepSize: null,
  marksProductCompletion: false,
  workCenterType: null,
  standardTime: null,
  timeBasis: 'unit',
  yield: '1',
});
const items = (...names: string[]): FlowItem[] =>
  names.map((name) => ({ kind: 'step', name, correlationId: null }));
const sub = (
  name: string,
  revision: string | null = null,
  correlationId: string | null = null,
): FlowItem => ({
  kind: 'flow',
  name,
  revision,
  correlationId,
});
const flow = (name: string, content: FlowItem[], parts: Partial<Flow> = {}): Flow => ({
  name,
  revision: 'A',
  effective: true,
  items: content,
  ...parts,
});

/** A library that knows every step, and counts how often it is asked for a flow. */
function library(...flows: Flow[]): FlowLibrary & { asked: number } {
  const byName = new Map<string, Flow[]>();
  for (const each of flows) byName.set(each.name, [...(byName.get(each.name) ?? []), each]);
  const steps = new Map<string, Step>();
  return {
    asked: 0,
    revisions(name) {
      this.asked += 1;
      return byName.get(name) ?? [];
    },
    step(name) {
      if (name.startsWith('no ')) return undefined;
      const known = steps.get(name) ?? step(name, name === 'Ship' ? 'Plant B' : 'Plant A');
      steps.set(name, known);
      return known;
    },
  };
}

function paths(flows: FlowLibrary, name: string, revision: string | null = null): string[] {
  const expanded = expandFlow(flows, name, revision);
  if (!expanded.ok) throw new Error(expanded.problem);
  return expanded.expansion.steps.map(({ path }) => path);
}

function address(flows: FlowLibrary, path: string): string {
  const resolved = resolveFlowPath(flows, path);
  return resolved.ok
    ? `${resolved.index} ${resolved.path} ${resolved.facility}`
    : `${resolved.code} ${resolved.problem}`;
}

const PAINTING = library(
  flow('Main', [
    ...items('Cut'),
    sub('Paint line'),
    ...items('Cut'),
    sub('Paint line', 'B'),
    ...items('Ship'),
  ]),
  flow('Paint line', items('Coat', 'Dry', 'Coat')),
  flow('Paint line', items('Spray'), { revision: 'B', effective: false }),
);

describe('[core] flow path', () => {
  it('expands a flow with its sub-flows in order, with canonical paths', () => {
    expect(paths(PAINTING, 'Main')).to.deep.equal([
      'Main:A:1/Cut:1',
      'Main:A:1/Paint line:A:1/Coat:1',
      'Main:A:1/Paint line:A:1/Dry:1',
      'Main:A:1/Paint line:A:1/Coat:2',
      'Main:A:1/Cut:2',
      'Main:A:1/Paint line:B:2/Spray:1',
      'Main:A:1/Ship:1',
    ]);
  });

  for (const [path, expected] of [
    ['Main:A:1/Cut:1', '0 Main:A:1/Cut:1 Plant A'],
    ['Main:A:1/Paint line:A:1/Coat:2', '3 Main:A:1/Paint line:A:1/Coat:2 Plant A'],
    ['Main:A:1/Ship:1', '6 Main:A:1/Ship:1 Plant B'],
    ['Main::1/Cut:2', '4 Main:A:1/Cut:2 Plant A'],
    ['Main:1/Cut:2', '4 Main:A:1/Cut:2 Plant A'],
    ['Main:1/Paint line::1/Dry:1', '2 Main:A:1/Paint line:A:1/Dry:1 Plant A'],
    ['Main:1/Paint line:1/Dry:1', '2 Main:A:1/Paint line:A:1/Dry:1 Plant A'],
    ['Main:1/Paint line:2/Spray:1', '5 Main:A:1/Paint line:B:2/Spray:1 Plant A'],
    ['Main:A:1', '0 Main:A:1/Cut:1 Plant A'],
    ['Main:A:1/Paint line:B:2', '5 Main:A:1/Paint line:B:2/Spray:1 Plant A'],
    ['Paint line:1', '0 Paint line:A:1/Coat:1 Plant A'],
    ['Main:A:1/Cut:3', 'OW_FLOW_PATH_UNKNOWN Flow path "Main:A:1/Cut:3": "Cut:3" is not in flow "Main:A"'],
    [
      'Main:A:2/Cut:1',
      'OW_FLOW_PATH_UNKNOWN Flow path "Main:A:2/Cut:1": the correlation id of the first flow is 1, not "2"',
    ],
    ['Main:C:1/Cut:1', 'OW_FLOW_REVISION_UNKNOWN Flow "Main" has no revision "C"'],
    ['Nain:A:1/Cut:1', 'OW_FLOW_UNKNOWN Flow "Nain" is unknown'],
    ['Nain:1/Cut:1', 'OW_FLOW_UNKNOWN Flow "Nain" is unknown'],
    [
      'Main:A:1/Cut:1/Dry:1',
      'OW_FLOW_PATH_UNKNOWN Flow path "Main:A:1/Cut:1/Dry:1": "Cut:1" is not in flow "Main:A"',
    ],
    ['Main:A:1//Cut:1', 'OW_FLOW_PATH_MALFORMED Flow path "Main:A:1//Cut:1" has an empty part'],
    ['', 'OW_FLOW_PATH_MALFORMED Flow path "" has an empty part'],
    ['Main', 'OW_FLOW_PATH_MALFORMED Flow path "Main": "Main" is not Flow:Revision:CorrelationId'],
  ] as const) {
    it(`reads ${JSON.stringify(path)}`, () => {
      expect(address(PAINTING, path)).to.equal(expected);
    });
  }

  it('reads names with colons, dots and spaces by what exists', () => {
    const flows = library(
      flow('Y31: 3.L', [...items('CUT: 1.5 mm', 'CUT: 1.5 mm'), sub('PHOTO: FUSE')], { revision: 'B' }),
      flow('PHOTO: FUSE', items('COAT')),
    );
    expect(address(flows, 'Y31: 3.L:1/CUT: 1.5 mm:2')).to.equal('1 Y31: 3.L:B:1/CUT: 1.5 mm:2 Plant A');
    expect(address(flows, 'Y31: 3.L:B:1/PHOTO: FUSE:A:1/COAT:1')).to.equal(
      '2 Y31: 3.L:B:1/PHOTO: FUSE:A:1/COAT:1 Plant A',
    );
    expect(address(flows, 'Y31: 3.L:1/PHOTO: FUSE:1/COAT:1')).to.match(/^2 /);
  });

  it('takes the effective revision where none is given, and refuses where there is none or two', () => {
    const flows = library(
      flow('F', items('Old'), { effective: false }),
      flow('F', items('New'), { revision: 'B' }),
      flow('None', items('Cut'), { effective: false }),
      flow('Two', items('Cut')),
      flow('Two', items('Cut'), { revision: 'B' }),
    );
    expect(address(flows, 'F:1')).to.equal('0 F:B:1/New:1 Plant A');
    expect(address(flows, 'F::1')).to.equal('0 F:A:1/Old:1 Plant A');
    expect(address(flows, 'None:1')).to.match(/^OW_FLOW_REVISION_NOT_EFFECTIVE .*"None" has no effective/);
    expect(address(flows, 'Two:1')).to.match(/^OW_FLOW_REVISION_NOT_EFFECTIVE .*"Two" has more than one/);
  });

  it('takes the effective one of two sub-flows that differ in the revision only', () => {
    const flows = library(
      flow('Main', [sub('F', 'A', '7'), sub('F', 'B', '7')]),
      flow('F', items('Old'), { effective: false }),
      flow('F', items('New'), { revision: 'B' }),
    );
    expect(address(flows, 'Main:1/F:7')).to.equal('1 Main:A:1/F:B:7/New:1 Plant A');
    expect(address(flows, 'Main:1/F:A:7')).to.equal('0 Main:A:1/F:A:7/Old:1 Plant A');
  });

  it('refuses unknown steps and flows inside, cycles, ambiguous items, slashes and empty flows by name', () => {
    const flows = library(
      flow('Step', items('no such step')),
      flow('Flow', [sub('Nowhere')]),
      flow('Revision', [sub('Flow', 'Z')]),
      flow('One', [sub('Other')]),
      flow('Other', [sub('One', 'A')]),
      flow('Self', [sub('Self')]),
      flow('Twice', [...items('Cut'), { kind: 'step', name: 'Cut', correlationId: '1' }]),
      flow('Slash', items('Cut/Drill')),
      flow('Empty', [sub('Nothing')]),
      flow('Nothing', []),
    );
    const problem = (name: string) => address(flows, `${name}:A:1`);
    expect(problem('Step')).to.equal('OW_FLOW_STEP_UNKNOWN Step "no such step" in flow "Step:A" is unknown');
    expect(problem('Flow')).to.equal('OW_FLOW_UNKNOWN Flow "Nowhere" is unknown (in flow "Flow:A")');
    expect(problem('Revision')).to.match(/^OW_FLOW_REVISION_UNKNOWN Flow "Flow" has no revision "Z"/);
    expect(problem('One')).to.match(
      /^OW_FLOW_CYCLE Flow "One:A" contains itself: "One:A" contains "Other:A"/,
    );
    expect(problem('Self')).to.match(/^OW_FLOW_CYCLE Flow "Self:A"/);
    expect(problem('Twice')).to.match(
      /^OW_FLOW_AMBIGUOUS Flow "Twice:A" has two items with the address "Cut:1"/,
    );
    expect(problem('Slash')).to.match(/^OW_FLOW_NAME "Cut\/Drill:1"/);
    expect(problem('Empty')).to.match(/^OW_FLOW_EMPTY .*"Empty:A"/);
    expect(paths(flows, 'Empty')).to.deep.equal([]);
  });

  it('expands a flow of 1,000,000 items and refuses one more', () => {
    const many = (count: number) => Array.from({ length: count }, () => items('Cut')).flat();
    const flows = library(flow('Big', many(1_000_000)), flow('Bigger', many(1_000_001)));
    const last = resolveFlowPath(flows, 'Big:A:1/Cut:1000000');
    expect(last).to.include({ ok: true, index: 999_999, path: 'Big:A:1/Cut:1000000' });
    expect(address(flows, 'Bigger:1')).to.equal(
      'OW_FLOW_TOO_LARGE Flow "Bigger:A" expands to more than 1,000,000 steps',
    );
  });

  it('expands a flow nested 100,000 deep', () => {
    const depth = 100_000;
    const flows = library(
      ...Array.from({ length: depth }, (_, level) => flow(`F${level}`, [sub(`F${level + 1}`)])),
      flow(`F${depth}`, items('Cut')),
    );
    const [only, another] = paths(flows, 'F0');
    expect(another).to.equal(undefined);
    expect(only).to.match(/^F0:A:1\/F1:A:1\/.*\/F100000:A:1\/Cut:1$/);
    expect(resolveFlowPath(flows, only!)).to.include({ ok: true, index: 0 });
  });

  it('is not blown up by flows that double at each level, with or without steps at the bottom', () => {
    const doubling = (bottom: FlowItem[]) =>
      library(
        ...Array.from({ length: 60 }, (_, level) =>
          flow(`F${level}`, [sub(`F${level + 1}`), sub(`F${level + 1}`)]),
        ),
        flow('F60', bottom),
      );
    expect(address(doubling(items('Cut')), 'F0:1')).to.match(/^OW_FLOW_TOO_LARGE/);
    expect(address(doubling([]), 'F0:1')).to.match(/^OW_FLOW_EMPTY/);
    expect(paths(doubling([]), 'F0')).to.deep.equal([]);
  });

  it('is not blown up by a chain whose paths would be longer than memory', () => {
    const depth = 100_000;
    const flows = library(
      ...Array.from({ length: depth }, (_, level) =>
        flow(`F${level}`, [...items('Cut'), sub(`F${level + 1}`)]),
      ),
      flow(`F${depth}`, items('Cut')),
    );
    expect(address(flows, 'F0:1')).to.match(/^OW_FLOW_TOO_LARGE .*nested so deep/);
  });

  it('works a flow out once for 1,000 orders', () => {
    const flows = library(flow('Main', [...items('Cut'), sub('Sub')]), flow('Sub', items('Dry')));
    const first = resolveFlowPath(flows, 'Main:A:1/Sub:A:1/Dry:1');
    const { asked } = flows;
    for (let order = 0; order < 1000; order += 1) {
      expect(resolveFlowPath(flows, 'Main:A:1/Sub:A:1/Dry:1')).to.equal(first);
    }
    expect(flows.asked).to.equal(asked);
    const run = new FlowExpansions(flows);
    const again = run.resolve('Main:A:1/Cut:1');
    const other = run.resolve('Main:1/Sub:1/Dry:1');
    expect(again.ok && other.ok && again.expansion === other.expansion).to.equal(true);
  });

  it('finds every step of a random flow again by its own path', () => {
    const names = fc.constantFrom('Cut', 'Dry', 'A:1', 'x.y z', 'Cut:A');
    const item = (level: number) =>
      fc.oneof(
        names.map((name): FlowItem => ({ kind: 'step', name, correlationId: null })),
        ...(level < 3 ? [fc.constantFrom(0, 1).map((which): FlowItem => sub(`L${level + 1}:${which}`))] : []),
      );
    const level = (depth: number) =>
      fc.tuple(
        ...[0, 1].map((which) =>
          fc.array(item(depth), { maxLength: 5 }).map((content) => flow(`L${depth}:${which}`, content)),
        ),
      );
    fc.assert(
      fc.property(level(0), level(1), level(2), level(3), (...levels) => {
        const flows = library(...levels.flat());
        const expanded = expandFlow(flows, 'L0:0', null);
        if (!expanded.ok) return expanded.code === 'OW_FLOW_AMBIGUOUS';
        const { steps } = expanded.expansion;
        expect(new Set(steps.map(({ path }) => path)).size).to.equal(steps.length);
        for (const [index, { path }] of steps.entries()) {
          expect(resolveFlowPath(flows, path)).to.include({ ok: true, index, path });
        }
        return true;
      }),
    );
  });
});
