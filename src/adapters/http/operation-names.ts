/** What an operation is called in a path: our name for it, or the host's (`hookNames`). */
import { MOMENTS, type Moment } from '../../core/hooks/hook-point.js';
import { HttpProblem } from './problem.js';
import type { Served } from './served.js';

export type Entity = 'ProductionOrder' | 'Material';

export class OperationNames {
  private readonly known: ReadonlySet<string>;
  /** By the host's name, with its moment and without it. */
  private readonly ofHost = new Map<string, string>();

  constructor({
    operations,
    materialOperations,
    hookNames,
  }: Pick<Served, 'operations' | 'materialOperations' | 'hookNames'>) {
    this.known = new Set([
      ...operations.map(({ name }) => `ProductionOrder.${name}`),
      ...materialOperations.map(({ name }) => `Material.${name}`),
    ]);
    for (const [point, hostName] of Object.entries(hookNames)) {
      const moment = MOMENTS.find((one) => point.endsWith(`.${one}`));
      if (moment === undefined) continue;
      const operation = point.slice(0, -moment.length - 1);
      this.ofHost.set(hostName, operation);
      if (hostName.endsWith(`.${moment}`)) this.ofHost.set(hostName.slice(0, -moment.length - 1), operation);
    }
  }

  /** `ProductionOrder.Release`, `Material.Split`, for examples and documentation. */
  get all(): readonly string[] {
    return [...this.known];
  }

  /**
   * The full name of an operation; with a moment the host's name may name it too.
   * @throws HttpProblem 404 OW_OPERATION_UNKNOWN
   */
  find(name: string, moment?: Moment): string {
    const ours =
      this.ofHost.get(moment === undefined ? name : `${name}.${moment}`) ?? this.ofHost.get(name) ?? name;
    if (this.known.has(ours)) return ours;
    const known = [...this.known].join(', ');
    throw new HttpProblem(
      404,
      'OW_OPERATION_UNKNOWN',
      `There is no operation ${name}. Maybe one of: ${known}`,
    );
  }
}

/** What an operation of a full name is about. */
export function entityOf(operation: string): Entity {
  return operation.startsWith('Material.') ? 'Material' : 'ProductionOrder';
}

/** `Release` of `ProductionOrder.Release`. */
export function shortName(operation: string): string {
  return operation.slice(operation.indexOf('.') + 1);
}
