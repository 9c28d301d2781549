/**
 * What an order's steps are built from (design 3.7, Build): each accounting material that is still to be made, from its
 * own step on, and the rest of the quantity from the order's flow path on.
 */
import { materialProgress, sumInUnits, toScaled } from '../../../src/index.js';
import type {
  FlowExpansion,
  FlowExpansions,
  Material,
  OrderSnapshot,
  Violation,
} from '../../../src/index.js';
import type { StepSource } from './identity.js';
import { listed, violation } from './violation.js';

export interface BuildInput extends Pick<OrderSnapshot, 'order' | 'product' | 'materials'> {
  /** The expansions of the run: orders on one flow share it. */
  flows: FlowExpansions;
}

export interface Source {
  readonly source: StepSource;
  /** In ten-billionths of the source's units; above zero. */
  readonly quantity: bigint;
  readonly units: string;
  readonly expansion: FlowExpansion;
  /** Index of the step that the source starts at, itself included. */
  readonly index: number;
}

export interface Sources {
  /** Materials by name, then the rest; those whose flow path resolves. */
  readonly sources: Source[];
  readonly violations: Violation[];
}

/** The sources of an order's steps, and what keeps one from being built. */
export function resolveSources(input: BuildInput): Sources {
  const { order, product } = input;
  const materials = input.materials
    .filter((material) => material.accounts && materialProgress(order, material) !== null)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const sources: Source[] = [];
  const violations = violationsOfNames(materials);
  const orderPath = order.flowPath ?? product.flowPath;
  for (const material of materials) {
    const progress = materialProgress(order, material);
    const quantity = toScaled(material.quantity);
    if (progress === 'Completed' || progress === 'Delivered' || quantity <= 0n) continue;
    const source = { kind: 'material', name: material.name } as const;
    const at = positionOf(input.flows, material.flowPath ?? orderPath, `material ${material.name}`);
    if ('code' in at) violations.push(at);
    else sources.push({ source, quantity, units: material.units, ...at });
  }
  const { sum, missing } = sumInUnits(materials, order.units, product.unitConversions);
  for (const { material, from, to } of missing) {
    violations.push(noConversion(from, to, `material ${material}`));
  }
  const rest = toScaled(order.quantity) - toScaled(sum);
  // Without a conversion the sum is not known; the rest is then resolved too, so that all reasons are seen at once.
  if (rest > 0n) {
    const at = positionOf(input.flows, orderPath, `order ${order.name}`);
    if ('code' in at) violations.push(at);
    else sources.push({ source: { kind: 'rest' }, quantity: rest, units: order.units, ...at });
  }
  return { sources, violations };
}

export function noConversion(from: string, to: string, where: string): Violation {
  return violation(
    'OW_SYNCHRONIZE_NO_CONVERSION',
    'Quantities can be converted',
    `There is no unit conversion from ${from} to ${to}, which ${where} needs.`,
  );
}

/** Two materials of one name would share the identities of their steps. */
function violationsOfNames(materials: readonly Material[]): Violation[] {
  const twice = materials.filter((material, place) => materials[place - 1]?.name === material.name);
  if (twice.length === 0) return [];
  const names = listed([...new Set(twice.map((material) => material.name))]);
  return [
    violation(
      'OW_SYNCHRONIZE_MATERIAL_TWICE',
      'Each material is linked once',
      `More than one accounting material is named ${names}.`,
    ),
  ];
}

function positionOf(
  flows: FlowExpansions,
  path: string | null,
  whose: string,
): Pick<Source, 'expansion' | 'index'> | Violation {
  const title = 'The flow path addresses a step';
  if (path === null) {
    return violation('OW_SYNCHRONIZE_FLOW_PATH', title, `There is no flow path for ${whose}.`);
  }
  const at = flows.resolve(path);
  return at.ok
    ? { expansion: at.expansion, index: at.index }
    : violation('OW_SYNCHRONIZE_FLOW_PATH', title, `The flow path of ${whose}: ${at.problem}.`);
}
