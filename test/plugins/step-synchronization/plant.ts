/** Orders, flows and materials for the tests of step synchronization: only what a test names differs from the seed's. */
import { FlowExpansions } from '../../../src/index.js';
import type { Flow, FlowItem, Material, Product, ProductionOrder, Step } from '../../../src/index.js';
import type { BuildInput } from '../../../plugins/step-synchronization/core/sources.js';
import type { BuiltStep, Dependency, StoredStep } from '../../../plugins/step-synchronization/core/steps.js';
import { buildSteps } from '../../../plugins/step-synchronization/core/build-steps.js';
import type { Built } from '../../../plugins/step-synchronization/core/build-steps.js';

export function aStep(name: string, parts: Partial<Step> = {}): Step {
  return {
    name,
    facility: 'Plant A',
    units: 'pcs',
    productionOrderSchedulingMode: 'Material',
    productionOrderStepSize: null,
    marksProductCompletion: false,
    workCenterType: null,
    standardTime: null,
    timeBasis: 'unit',
    yield: '1',
    ...parts,
  };
}

export function stepItem(name: string, correlationId: string | null = null): FlowItem {
  return { kind: 'step', name, correlationId };
}

export function flowItem(
  name: string,
  revision: string | null = null,
  correlationId: string | null = null,
): FlowItem {
  return { kind: 'flow', name, revision, correlationId };
}

export function aFlow(name: string, items: FlowItem[], parts: Partial<Flow> = {}): Flow {
  return { name, revision: 'A', effective: true, items, ...parts };
}

export function libraryOf(flows: Flow[], steps: Step[]) {
  const byName = new Map<string, Flow[]>();
  for (const flow of flows) byName.set(flow.name, [...(byName.get(flow.name) ?? []), flow]);
  const stepsByName = new Map(steps.map((step) => [step.name, step]));
  return {
    revisions: (flow: string) => byName.get(flow) ?? [],
    step: (name: string) => stepsByName.get(name),
  };
}

export const SEVEN = ['Cut', 'Drill', 'Sand', 'Paint', 'Dry', 'Inspect', 'Pack'];

/** The seed's flow: seven steps, the first with size 20. */
export function sevenSteps(size = '20'): FlowExpansions {
  const steps = SEVEN.map((name, place) =>
    aStep(name, { productionOrderStepSize: place === 0 ? size : null }),
  );
  return new FlowExpansions(
    libraryOf(
      [
        aFlow(
          'Main',
          SEVEN.map((name) => stepItem(name)),
        ),
      ],
      steps,
    ),
  );
}

export function anOrder(parts: Partial<ProductionOrder> = {}): ProductionOrder {
  return {
    id: '1',
    name: '01',
    state: 'Released',
    universalState: 'Active',
    canceledFrom: null,
    product: 'Stool',
    quantity: '100',
    units: 'pcs',
    priority: 1,
    startDate: null,
    dueDate: null,
    plannedStart: null,
    plannedEnd: null,
    company: null,
    facility: null,
    flowPath: null,
    overDeliveryTolerance: '0',
    underDeliveryTolerance: '0',
    restricted: false,
    includeInPlanning: true,
    ownerRole: null,
    rowVersion: '1',
    ...parts,
  };
}

export function aProduct(parts: Partial<Product> = {}): Product {
  return {
    name: 'Stool',
    units: 'pcs',
    productGroup: null,
    includeInSchedule: true,
    schedulingMode: 'ProductionOrder',
    flowPath: 'Main:A:1/Cut:1',
    materialSize: null,
    unitConversions: [{ from: 'box', to: 'pcs', factor: '12' }],
    ...parts,
  };
}

export function aMaterial(name: string, parts: Partial<Material> = {}): Material {
  return {
    id: name,
    name,
    product: 'Stool',
    quantity: '10',
    units: 'pcs',
    accounts: true,
    facility: null,
    flowPath: null,
    state: 'InProgress',
    universalState: 'Active',
    ...parts,
  };
}

export function given(parts: Partial<BuildInput> = {}): BuildInput {
  return { order: anOrder(), product: aProduct(), materials: [], flows: sevenSteps(), ...parts };
}

export function built(parts: Partial<BuildInput> = {}): Built {
  const result = buildSteps(given(parts));
  if (!result.ok) throw new Error(result.violations.map((violation) => violation.message).join('\n'));
  return result;
}

/** Built steps as they are stored after the first synchronization. */
export function stored(steps: readonly BuiltStep[], order = '01'): StoredStep[] {
  return steps.map((step) => ({
    ...step,
    order,
    builtQuantity: step.quantity,
    actualStart: null,
    actualEnd: null,
    manual: false,
    scheduled: false,
  }));
}

export function dependencyTexts(dependencies: readonly Dependency[]): string[] {
  return dependencies.map(({ from, to, manual }) => `${from} ${to} ${manual}`).sort();
}
