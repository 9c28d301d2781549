/**
 * Decides what a plant file means: the plant with every default filled in, or all that is wrong with it, each problem
 * at its JSON path. References may lead to what the file brings or to what the database has.
 */
import { compareDecimals, DecimalError, parseDecimal } from '../decimal.js';
import type { Decimal } from '../decimal.js';
import type { Flow, FlowItem } from '../order/production-order.js';
import type { Problem } from '../problem.js';
import { isTimeZone, parseDayOrInstant, TimeError, toInstant } from '../time.js';
import type { DayOrInstant, Instant, TimeZone } from '../time.js';
import { cyclesOf } from './flow-graph.js';
import type { FlowNode } from './flow-graph.js';
import type {
  BillOfMaterialsEntry,
  FlowEntry,
  FlowItemEntry,
  MaterialEntry,
  OrderEntry,
  OrderStepEntry,
  PlantFile,
  ProductEntry,
  Quantity,
  StartedOperationEntry,
  StepEntry,
  StepIdentityEntry,
  WorkCenterEntry,
  WorkScheduleEntry,
} from './plant-file.js';
import type {
  BillOfMaterials,
  ExistingPlant,
  NamedEntity,
  Plant,
  PlantEntity,
  PlantMaterial,
  PlantOrder,
  PlantOrderStep,
  PlantProduct,
  PlantStepIdentity,
  StartedOperation,
  WorkCenter,
  WorkSchedule,
} from './plant.js';
import { DEFAULT_COMPANY, NAMED_ENTITIES, PLANT_ENTITIES, startedOperationKey, WEEKDAYS } from './plant.js';
import { parsePriority } from './priority.js';
import { durationSeconds, overlapOfDay, overlapsOfWeek, parsePeriod } from './times.js';
import type { WeekPeriod } from './times.js';
import type { JsonValue } from '../json.js';

export interface PlantToCheck {
  /** The parsed file, without nulls. */
  value: JsonValue;
  /** Where the file is not of the plant file's shape: what stands there is not judged further. */
  shapeProblems: Problem[];
  existing: ExistingPlant;
  /** Whether a name that the database has is updated; it is a problem otherwise. */
  replace: boolean;
  /** False where the plant's zone and company are only read to understand the rest. */
  importsCompany: boolean;
}

/** The plant, which is only to be used where there are no problems. */
export function checkPlant(input: PlantToCheck): { plant: Plant; problems: Problem[] } {
  return new PlantCheck(input).check();
}

/** A value of an array of the file, with its JSON path. */
interface Entry<T> {
  path: string;
  value: T;
}

type Entries = { [Entity in PlantEntity]-?: Entry<NonNullable<PlantFile[Entity]>[number]>[] };

interface Range {
  allows(value: Decimal): boolean;
  says: string;
}

const ABOVE_ZERO: Range = { allows: (value) => compareDecimals(value, '0') > 0, says: 'above 0' };
const ZERO_OR_MORE: Range = { allows: (value) => compareDecimals(value, '0') >= 0, says: '0 or more' };
const SHARE: Range = {
  allows: (value) => ZERO_OR_MORE.allows(value) && compareDecimals(value, '1') <= 0,
  says: 'from 0 to 1',
};
const SHARE_LEFT: Range = {
  allows: (value) => ABOVE_ZERO.allows(value) && compareDecimals(value, '1') <= 0,
  says: 'above 0 and at most 1',
};

const SINGULAR: Record<NamedEntity, string> = {
  companies: 'company',
  workSchedules: 'work schedule',
  facilities: 'facility',
  departments: 'department',
  workCenterTypes: 'work center type',
  workCenters: 'work center',
  steps: 'step',
  products: 'product',
  billsOfMaterials: 'bill of materials',
  productionOrders: 'production order',
  materials: 'material',
};

class PlantCheck {
  private readonly problems: Problem[];
  private readonly existing: ExistingPlant;
  private readonly replace: boolean;
  private readonly importsCompany: boolean;
  private readonly file: PlantFile;
  private readonly entries: Entries;
  /** All names, of the file and of the database; also those of entries whose shape is wrong. */
  private readonly names: Record<NamedEntity, Set<string>>;
  private readonly flowNames: Set<string>;
  private readonly timeZone: TimeZone;
  private readonly instants = new Map<string, DayOrInstant>();
  private readonly scheduleZones: Map<string, TimeZone>;
  private readonly companyZones: Map<string, TimeZone>;
  private readonly facilityZones: Map<string, TimeZone>;
  private readonly units: Map<string, string>;
  private readonly orderZones = new Map<string, TimeZone>();

  constructor({ value, shapeProblems, existing, replace, importsCompany }: PlantToCheck) {
    this.problems = [...shapeProblems];
    this.existing = existing;
    this.replace = replace;
    this.importsCompany = importsCompany;
    this.file = isObject(value) ? value : {};
    this.entries = this.entriesOf(shapeProblems);
    this.names = this.namesOf();
    this.flowNames = this.namesOfFlows();
    this.timeZone = this.zone('$.timeZone', this.file.timeZone) ?? existing.defaultCompany?.timeZone ?? 'UTC';
    this.scheduleZones = new Map(existing.workScheduleZones);
    for (const { path, value: schedule } of this.entries.workSchedules) {
      this.scheduleZones.set(
        schedule.name,
        this.zone(`${path}.timeZone`, schedule.timeZone) ?? this.timeZone,
      );
    }
    this.companyZones = new Map(existing.companyZones);
    for (const { value: company } of this.entries.companies) {
      this.companyZones.set(company.name, this.zoneOfSchedule(company.workSchedule));
    }
    this.facilityZones = new Map(existing.facilityZones);
    for (const { path, value: facility } of this.entries.facilities) {
      const zone = this.zone(`${path}.timeZone`, facility.timeZone);
      if (zone === null) this.facilityZones.delete(facility.name);
      else this.facilityZones.set(facility.name, zone);
    }
    this.units = new Map(existing.productUnits);
    for (const { value: product } of this.entries.products) this.units.set(product.name, product.units);
    for (const [name, order] of existing.orders) this.orderZones.set(name, this.zoneOfOrder(order));
    for (const { value: order } of this.entries.productionOrders) {
      this.orderZones.set(order.name, this.zoneOfOrder(order));
    }
  }

  check(): { plant: Plant; problems: Problem[] } {
    for (const entity of NAMED_ENTITIES) this.uniqueNames(entity);
    const { entries } = this;
    const plant: Plant = {
      defaultCompany: this.defaultCompany(),
      companies: entries.companies.map(({ path, value }) => ({
        name: value.name,
        workSchedule: this.reference('workSchedules', `${path}.workSchedule`, value.workSchedule),
        timeZone: this.companyZones.get(value.name) ?? this.timeZone,
      })),
      workSchedules: entries.workSchedules.map((entry) => this.workSchedule(entry)),
      facilities: entries.facilities.map(({ value }) => ({
        name: value.name,
        timeZone: this.facilityZones.get(value.name) ?? null,
        terminateOnShip: value.terminateOnShip ?? false,
        remote: value.remote ?? false,
      })),
      departments: entries.departments.map(({ value: { name, planningInterval } }) => ({
        name,
        planningInterval: planningInterval
          ? { unit: planningInterval.unit, length: planningInterval.length ?? 1 }
          : null,
      })),
      workCenterTypes: entries.workCenterTypes.map(({ path, value }) => ({
        name: value.name,
        department: this.reference('departments', `${path}.department`, value.department),
        workSchedule: this.reference('workSchedules', `${path}.workSchedule`, value.workSchedule),
        planning: value.planning ?? 'workCenter',
        capacity: value.capacity ?? (value.planning === 'type' ? 1 : null),
      })),
      workCenters: this.workCenters(entries.workCenters),
      steps: entries.steps.map((entry) => this.step(entry)),
      flows: this.flows(entries.flows),
      products: entries.products.map((entry) => this.product(entry)),
      billsOfMaterials: entries.billsOfMaterials.map((entry) => this.billOfMaterials(entry)),
      productionOrders: entries.productionOrders.map((entry) => this.order(entry)),
      materials: entries.materials.map((entry) => this.material(entry)),
      productionOrderSteps: this.orderSteps(entries.productionOrderSteps),
      productionOrderStepDependencies: entries.productionOrderStepDependencies.map(({ path, value }) => ({
        from: this.identity(`${path}.from`, value.from),
        to: this.identity(`${path}.to`, value.to),
        manual: value.manual ?? true,
      })),
      startedOperations: this.startedOperations(entries.startedOperations),
    };
    return { plant, problems: this.problems };
  }

  private problem(path: string, code: string, message: string): void {
    this.problems.push({ path, code: `OW_PLANT_${code}`, message });
  }

  /** The entries whose shape is right. */
  private entriesOf(shapeProblems: Problem[]): Entries {
    const broken = new Set(
      shapeProblems
        .map(({ path }) => /^\$\.\w+(\[\d+\])?/.exec(path)?.[0])
        .filter((path) => path !== undefined),
    );
    const entriesOf = (entity: PlantEntity): Entry<unknown>[] => {
      const list: unknown = this.file[entity];
      if (!Array.isArray(list)) return [];
      return (list as unknown[])
        .map((value, index) => ({ path: `$.${entity}[${index}]`, value }))
        .filter(({ path }) => !broken.has(path));
    };
    return Object.fromEntries(PLANT_ENTITIES.map((entity) => [entity, entriesOf(entity)])) as Entries;
  }

  private namesOf(): Record<NamedEntity, Set<string>> {
    const namesOf = (entity: NamedEntity) =>
      new Set([...this.existing.names[entity], ...namesIn(this.file[entity])]);
    return Object.fromEntries(NAMED_ENTITIES.map((entity) => [entity, namesOf(entity)])) as Record<
      NamedEntity,
      Set<string>
    >;
  }

  private namesOfFlows(): Set<string> {
    return new Set([...this.existing.flows.map(({ name }) => name), ...namesIn(this.file.flows)]);
  }

  private uniqueNames(entity: NamedEntity): void {
    const first = new Map<string, string>();
    for (const { path, value } of this.entries[entity] as Entry<{ name: string }>[]) {
      const earlier = first.get(value.name);
      if (entity === 'companies' && value.name === DEFAULT_COMPANY) {
        this.problem(`${path}.name`, 'NAME', `${DEFAULT_COMPANY} is the name of the plant's own company`);
      }
      if (earlier !== undefined) {
        this.problem(
          `${path}.name`,
          'DUPLICATE',
          `${SINGULAR[entity]} ${quote(value.name)} is already at ${earlier}`,
        );
        continue;
      }
      first.set(value.name, path);
      if (!this.replace && this.existing.names[entity].has(value.name)) {
        this.exists(`${path}.name`, `${SINGULAR[entity]} ${quote(value.name)}`);
      }
    }
  }

  private exists(path: string, what: string): void {
    this.problem(path, 'EXISTS', `${what} exists already\nMaybe it is to be updated: import with --replace`);
  }

  /** The name where it is given, a problem where nothing has it. */
  private reference(entity: NamedEntity, path: string, name: string | undefined): string | null {
    if (name === undefined) return null;
    if (!this.names[entity].has(name)) {
      this.problem(path, 'REFERENCE', `There is no ${SINGULAR[entity]} ${quote(name)}`);
    }
    return name;
  }

  private zone(path: string, zone: unknown): TimeZone | null {
    if (typeof zone !== 'string') return null;
    if (isTimeZone(zone)) return zone;
    this.problem(path, 'TIME_ZONE', `${quote(zone)} is not a time zone such as Europe/Lisbon`);
    return null;
  }

  private zoneOfSchedule(schedule: string | undefined): TimeZone {
    return (schedule === undefined ? undefined : this.scheduleZones.get(schedule)) ?? this.timeZone;
  }

  private companyWorkSchedule(): string | undefined {
    const { companyWorkSchedule } = this.file;
    if (typeof companyWorkSchedule === 'string') return companyWorkSchedule;
    return this.existing.defaultCompany?.workSchedule ?? undefined;
  }

  /** The zone of an order's times: its facility's, else its company's work schedule's, else the plant's. */
  private zoneOfOrder(order: { facility?: string | null; company?: string | null }): TimeZone {
    const ofFacility = order.facility ? this.facilityZones.get(order.facility) : undefined;
    if (ofFacility !== undefined) return ofFacility;
    if (order.company) return this.companyZones.get(order.company) ?? this.timeZone;
    return this.zoneOfSchedule(this.companyWorkSchedule());
  }

  private defaultCompany(): Plant['defaultCompany'] {
    const { timeZone, companyWorkSchedule } = this.file;
    if (!this.importsCompany) return null;
    if (typeof timeZone !== 'string' && typeof companyWorkSchedule !== 'string') return null;
    const company = {
      workSchedule: this.companyWorkSchedule() ?? null,
      timeZone: this.timeZone,
    };
    if (typeof companyWorkSchedule === 'string') {
      this.reference('workSchedules', '$.companyWorkSchedule', companyWorkSchedule);
    }
    const had = this.existing.defaultCompany;
    if (had && !this.replace) {
      if (had.timeZone !== company.timeZone)
        this.exists('$.timeZone', `The plant's time zone ${had.timeZone}`);
      if (had.workSchedule !== null && had.workSchedule !== company.workSchedule) {
        this.exists('$.companyWorkSchedule', `The company's work schedule ${quote(had.workSchedule)}`);
      }
    }
    return company;
  }

  private decimal(path: string, value: Quantity, range: Range): Decimal {
    try {
      const decimal = parseDecimal(String(value));
      if (!range.allows(decimal)) this.problem(path, 'RANGE', `${decimal} must be ${range.says}`);
      return decimal;
    } catch (error) {
      if (!(error instanceof DecimalError)) throw error;
      this.problem(path, 'DECIMAL', error.message);
      return '0';
    }
  }

  private optionalDecimal(path: string, value: Quantity | undefined, range: Range): Decimal | null {
    return value === undefined ? null : this.decimal(path, value, range);
  }

  private duration(path: string, text: string): string {
    return this.timely(path, 'DURATION', text, () => {
      durationSeconds(text);
      return text;
    });
  }

  /** What `read` gives, or the text and a problem where it throws a TimeError. */
  private timely(path: string, code: string, text: string, read: () => string): string {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof TimeError)) throw error;
      this.problem(path, code, error.message);
      return text;
    }
  }

  /** A day, or the instant of a local time in `zone`; each text is read once for each zone. */
  private dayOrInstant(path: string, text: string | undefined, at: Edge): DayOrInstant | null {
    if (text === undefined) return null;
    const key = `${at.edge} ${at.zone} ${text}`;
    const known = this.instants.get(key);
    if (known !== undefined) return known;
    return this.timely(path, 'TIME', text, () => {
      const read = parseDayOrInstant(text, at.zone, at.edge);
      this.instants.set(key, read);
      return read;
    });
  }

  private instant(path: string, text: string, at: Edge): Instant {
    return this.timely(path, 'TIME', text, () =>
      toInstant(parseDayOrInstant(text, at.zone, at.edge), at.zone, at.edge),
    );
  }

  private workSchedule({ path, value }: Entry<WorkScheduleEntry>): WorkSchedule {
    const week = value.week ?? {};
    const periods: WeekPeriod[] = [];
    for (const day of WEEKDAYS) {
      for (const [index, text] of (week[day] ?? []).entries()) {
        this.timely(`${path}.week.${day}[${index}]`, 'PERIOD', text, () => {
          periods.push({ ...parsePeriod(text), day, index });
          return text;
        });
      }
    }
    for (const [earlier, later] of overlapsOfWeek(periods)) {
      this.problem(
        `${path}.week.${later.day}[${later.index}]`,
        'PERIOD',
        `${week[later.day]?.[later.index] ?? ''} on ${later.day} overlaps ${week[earlier.day]?.[earlier.index] ?? ''} on ${earlier.day}`,
      );
    }
    const dates = new Set<string>();
    const exceptions = (value.exceptions ?? []).map((exception, index) =>
      this.exception({ path: `${path}.exceptions[${index}]`, value: exception }, dates),
    );
    const timeZone = this.scheduleZones.get(value.name) ?? this.timeZone;
    return { name: value.name, timeZone, week, exceptions };
  }

  private exception(
    { path, value }: Entry<{ date: string; periods?: string[] }>,
    dates: Set<string>,
  ): WorkSchedule['exceptions'][number] {
    const date = this.timely(`${path}.date`, 'TIME', value.date, () => {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(value.date)) {
        throw new TimeError(`${quote(value.date)} is not a date such as 2020-07-10`);
      }
      return parseDayOrInstant(value.date, 'UTC', 'start');
    });
    if (dates.has(date)) this.problem(`${path}.date`, 'DUPLICATE', `${date} has an exception already`);
    dates.add(date);
    const texts = value.periods ?? [];
    const periods = texts.flatMap((text, index) => {
      try {
        return [{ ...parsePeriod(text), place: index }];
      } catch (error) {
        if (!(error instanceof TimeError)) throw error;
        this.problem(`${path}.periods[${index}]`, 'PERIOD', error.message);
        return [];
      }
    });
    const overlap = overlapOfDay(periods);
    if (overlap) {
      const [earlier, later] = overlap.map((index) => periods[index]?.place ?? 0) as [number, number];
      this.problem(
        `${path}.periods[${later}]`,
        'PERIOD',
        `${texts[later] ?? ''} overlaps ${texts[earlier] ?? ''}`,
      );
    }
    return { date, periods: texts };
  }

  private workCenters(entries: Entry<WorkCenterEntry>[]): WorkCenter[] {
    const schedules = new Map(this.existing.workCenterTypeSchedules);
    for (const { value } of this.entries.workCenterTypes) {
      if (value.workSchedule === undefined) schedules.delete(value.name);
      else schedules.set(value.name, value.workSchedule);
    }
    return entries.map(({ path, value }) => {
      const zone = this.zoneOfSchedule(
        value.workSchedule ?? schedules.get(value.type) ?? this.companyWorkSchedule(),
      );
      this.reference('workCenterTypes', `${path}.type`, value.type);
      return {
        name: value.name,
        type: value.type,
        workSchedule: this.reference('workSchedules', `${path}.workSchedule`, value.workSchedule),
        capacity: value.capacity ?? 1,
        absences: (value.absences ?? []).map((absence, index) => {
          const at = `${path}.absences[${index}]`;
          const before = this.problems.length;
          const from = this.instant(`${at}.from`, absence.from, { zone, edge: 'start' });
          const to = this.instant(`${at}.to`, absence.to, { zone, edge: 'end' });
          if (this.problems.length === before && to <= from) {
            this.problem(`${at}.to`, 'TIME', `${absence.to} is not after ${absence.from}, the start`);
          }
          return { from, to, reason: absence.reason ?? null };
        }),
      };
    });
  }

  private step({ path, value }: Entry<StepEntry>): Plant['steps'][number] {
    return {
      name: value.name,
      facility: this.reference('facilities', `${path}.facility`, value.facility),
      units: value.units ?? null,
      productionOrderSchedulingMode: value.productionOrderSchedulingMode ?? null,
      productionOrderStepSize: this.optionalDecimal(
        `${path}.productionOrderStepSize`,
        value.productionOrderStepSize,
        ABOVE_ZERO,
      ),
      marksProductCompletion: value.marksProductCompletion ?? false,
      workCenterType: this.reference('workCenterTypes', `${path}.workCenterType`, value.workCenterType),
      standardTime:
        value.standardTime === undefined ? null : this.duration(`${path}.standardTime`, value.standardTime),
      timeBasis: value.timeBasis ?? 'unit',
      yield: this.decimal(`${path}.yield`, value.yield ?? '1', SHARE_LEFT),
    };
  }

  private flows(entries: Entry<FlowEntry>[]): Flow[] {
    const revisions = new RevisionIndex();
    const replaced = new Set(entries.map(({ value }) => flowLabel(value.name, value.revision ?? 'A')));
    const had = new Set(this.existing.flows.map(({ name, revision }) => flowLabel(name, revision)));
    const kept = this.existing.flows.filter(({ name, revision }) => !replaced.has(flowLabel(name, revision)));
    for (const { name, revision, effective } of kept) {
      revisions.add({ label: flowLabel(name, revision), path: null, subFlows: [] }, { name, effective });
    }
    for (const { path, value } of entries) {
      const { name, revision = 'A', effective = true } = value;
      const label = flowLabel(name, revision);
      const node: FlowNode = { label, path, subFlows: [] };
      const clash = revisions.add(node, { name, effective });
      if (clash === 'revision') {
        this.problem(
          `${path}.name`,
          'DUPLICATE',
          `flow ${quote(name)} revision ${quote(revision)} is in the file twice`,
        );
      } else if (clash === 'effective') {
        this.problem(
          value.effective === undefined ? path : `${path}.effective`,
          'EFFECTIVE',
          `flow ${quote(name)} has two effective revisions\nMaybe one of them has "effective": false`,
        );
      }
      if (clash !== 'revision' && !this.replace && had.has(label)) {
        this.exists(`${path}.name`, `flow ${quote(name)} revision ${quote(revision)}`);
      }
    }
    for (const flow of kept) {
      const node = revisions.node(flow.name, flow.revision);
      for (const sub of flow.subFlows) revisions.link(node, sub, 0);
    }
    const flows = entries.map(({ path, value }) => ({
      name: value.name,
      revision: value.revision ?? 'A',
      effective: value.effective ?? true,
      items: this.flowItems({ path, value }, revisions),
    }));
    for (const { path, labels } of cyclesOf(revisions.nodes)) {
      const shown = labels.length > 12 ? [...labels.slice(0, 6), '...', ...labels.slice(-5)] : labels;
      this.problem(path, 'FLOW_CYCLE', `flow ${labels[0] ?? ''} contains itself: ${shown.join(' > ')}`);
    }
    return flows;
  }

  private flowItems({ path, value }: Entry<FlowEntry>, revisions: RevisionIndex): FlowItem[] {
    const node = revisions.node(value.name, value.revision ?? 'A');
    const occurrences = new Map<string, Set<string>>();
    const counts = new Map<string, number>();
    return (value.items ?? []).map((item, index) => {
      const name = item.step ?? item.flow ?? '';
      const key = `${item.flow === undefined ? 'step' : 'flow'}/${name}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      const correlation = item.correlationId ?? String(count);
      const taken = occurrences.get(key) ?? new Set();
      if (taken.has(correlation)) {
        this.problem(
          `${path}.items[${index}]${item.correlationId === undefined ? '' : '.correlationId'}`,
          'DUPLICATE',
          `${quote(name)} has correlation id ${quote(correlation)} twice in flow ${quote(value.name)}`,
        );
      }
      occurrences.set(key, taken.add(correlation));
      return this.flowItem({ path: `${path}.items`, value: item }, index, { revisions, node });
    });
  }

  private flowItem(
    { path, value }: Entry<FlowItemEntry>,
    index: number,
    { revisions, node }: { revisions: RevisionIndex; node: number | undefined },
  ): FlowItem {
    const correlationId = value.correlationId ?? null;
    if (value.flow === undefined) {
      const name = value.step ?? '';
      if (!this.names.steps.has(name)) this.reference('steps', `${path}[${index}].step`, name);
      return { kind: 'step', name, correlationId };
    }
    const sub = { name: value.flow, revision: value.revision ?? null };
    if (!revisions.link(node, sub, index) && !this.isBrokenFlow(sub)) {
      this.problem(
        `${path}[${index}].flow`,
        'REFERENCE',
        !this.flowNames.has(sub.name)
          ? `There is no flow ${quote(sub.name)}`
          : sub.revision === null
            ? `flow ${quote(sub.name)} has no effective revision`
            : `flow ${quote(sub.name)} has no revision ${quote(sub.revision)}`,
      );
    }
    return { kind: 'flow', ...sub, correlationId };
  }

  /** Whether the file has such a flow whose shape is wrong, which is a problem of its own. */
  private isBrokenFlow({ name }: { name: string }): boolean {
    return this.brokenFlows.has(name);
  }

  private get brokenFlows(): ReadonlySet<string> {
    this.brokenFlowNames ??= this.findBrokenFlows();
    return this.brokenFlowNames;
  }
  private brokenFlowNames: ReadonlySet<string> | undefined;

  private findBrokenFlows(): ReadonlySet<string> {
    const list = Array.isArray(this.file.flows) ? this.file.flows : [];
    if (list.length === this.entries.flows.length) return new Set();
    const sound = new Set<unknown>(this.entries.flows.map(({ value }) => value));
    return new Set(namesIn(list.filter((flow) => !sound.has(flow))));
  }

  /** Only the top flow's existence is judged: the whole path is resolved when an order's steps are made. */
  private flowPath(path: string, address: string | undefined): string | null {
    if (address === undefined) return null;
    const [top = ''] = address.split('/', 1);
    const parts = top.split(':');
    const found = [parts.slice(0, -2), parts.slice(0, -1), parts].some((name) =>
      this.flowNames.has(name.join(':')),
    );
    if (!found) {
      const name = (parts.length > 2 ? parts.slice(0, -2) : parts.slice(0, 1)).join(':');
      this.problem(
        path,
        'REFERENCE',
        `There is no flow ${quote(name)}, the first of flow path ${quote(address)}`,
      );
    }
    return address;
  }

  private product({ path, value }: Entry<ProductEntry>): PlantProduct {
    const pairs = new Set<string>();
    return {
      name: value.name,
      productGroup: value.productGroup ?? null,
      units: value.units,
      includeInSchedule: value.includeInSchedule ?? false,
      schedulingMode: value.schedulingMode ?? null,
      flowPath: this.flowPath(`${path}.flowPath`, value.flowPath),
      flowPaths: (value.flowPaths ?? []).map(
        (address, index) => this.flowPath(`${path}.flowPaths[${index}]`, address) ?? address,
      ),
      billOfMaterials: this.reference('billsOfMaterials', `${path}.billOfMaterials`, value.billOfMaterials),
      materialSize: this.optionalDecimal(`${path}.materialSize`, value.materialSize, ABOVE_ZERO),
      unitConversions: (value.unitConversions ?? []).map(({ from, to, factor }, index) => {
        const at = `${path}.unitConversions[${index}]`;
        const pair = JSON.stringify([from, to]);
        if (pairs.has(pair))
          this.problem(at, 'DUPLICATE', `${quote(from)} to ${quote(to)} is converted twice`);
        pairs.add(pair);
        return { from, to, factor: this.decimal(`${at}.factor`, factor, ABOVE_ZERO) };
      }),
    };
  }

  private billOfMaterials({ path, value }: Entry<BillOfMaterialsEntry>): BillOfMaterials {
    const operations = value.operations ?? [];
    const numbers = new Set(operations.map(({ number }) => number));
    const seen = new Set<number>();
    this.reference('products', `${path}.product`, value.product);
    return {
      name: value.name,
      product: value.product,
      quantity: this.decimal(`${path}.quantity`, value.quantity ?? '1', ABOVE_ZERO),
      sequence: value.sequence ?? 'serial',
      operations: operations.map((operation, index) => {
        const at = `${path}.operations[${index}]`;
        const next = operation.next ?? 0;
        if (seen.has(operation.number)) {
          this.problem(`${at}.number`, 'DUPLICATE', `operation ${operation.number} is in the bill twice`);
        }
        seen.add(operation.number);
        if (next !== 0 && !numbers.has(next)) {
          this.problem(`${at}.next`, 'REFERENCE', `There is no operation ${next} in the bill`);
        }
        return {
          number: operation.number,
          next,
          name: operation.name,
          standardTime: this.duration(`${at}.standardTime`, operation.standardTime),
          fixed: operation.fixed ?? false,
          splittable: operation.splittable ?? true,
          workCenterType: this.reference('workCenterTypes', `${at}.workCenterType`, operation.workCenterType),
        };
      }),
      components: (value.components ?? []).map((component, index) => {
        const at = `${path}.components[${index}]`;
        this.reference('products', `${at}.product`, component.product);
        if (component.operation !== undefined && !numbers.has(component.operation)) {
          this.problem(
            `${at}.operation`,
            'REFERENCE',
            `There is no operation ${component.operation} in the bill`,
          );
        }
        return {
          product: component.product,
          quantity: this.decimal(`${at}.quantity`, component.quantity, ABOVE_ZERO),
          units: component.units ?? this.unitsOf(component.product),
          operation: component.operation ?? null,
          produce: component.produce ?? false,
          billOfMaterials: this.reference(
            'billsOfMaterials',
            `${at}.billOfMaterials`,
            component.billOfMaterials,
          ),
        };
      }),
    };
  }

  /** The product's units; a product that isn't there is a problem of its own. */
  private unitsOf(product: string): string {
    return this.units.get(product) ?? '';
  }

  private order({ path, value }: Entry<OrderEntry>): PlantOrder {
    const zone = this.orderZones.get(value.name) ?? this.timeZone;
    const start: Edge = { zone, edge: 'start' };
    const end: Edge = { zone, edge: 'end' };
    const { priority = 'Medium' } = value;
    const state = value.state ?? 'Created';
    this.reference('products', `${path}.product`, value.product);
    return {
      name: value.name,
      product: value.product,
      quantity: this.decimal(`${path}.quantity`, value.quantity, ABOVE_ZERO),
      units: value.units ?? this.unitsOf(value.product),
      priority: parsePriority(priority),
      position: value.position ?? null,
      startDate: this.dayOrInstant(`${path}.startDate`, value.startDate, start),
      dueDate: this.dayOrInstant(`${path}.dueDate`, value.dueDate, end),
      plannedStart: this.dayOrInstant(`${path}.plannedStart`, value.plannedStart, start),
      plannedEnd: this.dayOrInstant(`${path}.plannedEnd`, value.plannedEnd, end),
      company: this.reference('companies', `${path}.company`, value.company),
      facility: this.reference('facilities', `${path}.facility`, value.facility),
      flowPath: this.flowPath(`${path}.flowPath`, value.flowPath),
      overDeliveryTolerance: this.decimal(
        `${path}.overDeliveryTolerance`,
        value.overDeliveryTolerance ?? '0',
        ZERO_OR_MORE,
      ),
      underDeliveryTolerance: this.decimal(
        `${path}.underDeliveryTolerance`,
        value.underDeliveryTolerance ?? '0',
        SHARE,
      ),
      restricted: value.restricted ?? false,
      includeInPlanning: value.includeInPlanning ?? true,
      state,
      universalState: value.universalState ?? (state === 'Canceled' ? 'Terminated' : 'Active'),
      canceledFrom: value.canceledFrom ?? null,
      ownerRole: value.ownerRole ?? null,
    };
  }

  private material({ path, value }: Entry<MaterialEntry>): PlantMaterial {
    const state = value.state ?? 'Created';
    this.reference('products', `${path}.product`, value.product);
    return {
      name: value.name,
      product: value.product,
      quantity: this.decimal(`${path}.quantity`, value.quantity, ZERO_OR_MORE),
      units: value.units ?? this.unitsOf(value.product),
      productionOrder: this.reference('productionOrders', `${path}.productionOrder`, value.productionOrder),
      accounts: value.accounts ?? true,
      facility: this.reference('facilities', `${path}.facility`, value.facility),
      flowPath: this.flowPath(`${path}.flowPath`, value.flowPath),
      state,
      universalState: value.universalState ?? (state === 'Delivered' ? 'Terminated' : 'Active'),
    };
  }

  private identity(path: string, value: StepIdentityEntry): PlantStepIdentity {
    this.reference('productionOrders', `${path}.productionOrder`, value.productionOrder);
    return {
      productionOrder: value.productionOrder,
      source: this.reference('materials', `${path}.source`, value.source),
      flowPath: this.flowPath(`${path}.flowPath`, value.flowPath) ?? value.flowPath,
      batch: value.batch,
    };
  }

  private orderSteps(entries: Entry<OrderStepEntry>[]): PlantOrderStep[] {
    const products = new Map([...this.existing.orders].map(([name, { product }]) => [name, product]));
    for (const { value } of this.entries.productionOrders) products.set(value.name, value.product);
    const seen = new Set<string>();
    return entries.map(({ path, value }) => {
      const identity = this.identity(path, value);
      const key = JSON.stringify(identity);
      if (seen.has(key)) {
        this.problem(
          path,
          'DUPLICATE',
          `batch ${value.batch} of ${quote(value.flowPath)} of order ${quote(value.productionOrder)} is in the file twice`,
        );
      }
      seen.add(key);
      const zone = this.orderZones.get(value.productionOrder) ?? this.timeZone;
      const { actualStart, actualEnd } = value;
      return {
        ...identity,
        quantity: this.decimal(`${path}.quantity`, value.quantity, ABOVE_ZERO),
        units: value.units ?? this.unitsOf(products.get(value.productionOrder) ?? ''),
        state: value.state ?? 'Planned',
        actualStart:
          actualStart === undefined
            ? null
            : this.instant(`${path}.actualStart`, actualStart, { zone, edge: 'start' }),
        actualEnd:
          actualEnd === undefined
            ? null
            : this.instant(`${path}.actualEnd`, actualEnd, { zone, edge: 'end' }),
        manual: value.manual ?? false,
      };
    });
  }

  private startedOperations(entries: Entry<StartedOperationEntry>[]): StartedOperation[] {
    const seen = new Set<string>();
    return entries.map(({ path, value }) => {
      this.reference('productionOrders', `${path}.productionOrder`, value.productionOrder);
      this.reference('billsOfMaterials', `${path}.billOfMaterials`, value.billOfMaterials);
      this.reference('workCenters', `${path}.workCenter`, value.workCenter);
      const key = startedOperationKey(value);
      const what = `operation ${value.operation} of ${quote(value.billOfMaterials)} of order ${quote(value.productionOrder)} on ${quote(value.workCenter)}`;
      if (seen.has(key)) this.problem(path, 'DUPLICATE', `${what} is in the file twice`);
      else if (!this.replace && this.existing.startedOperations.has(key)) this.exists(path, what);
      seen.add(key);
      const zone = this.orderZones.get(value.productionOrder) ?? this.timeZone;
      return {
        productionOrder: value.productionOrder,
        billOfMaterials: value.billOfMaterials,
        operation: value.operation,
        workCenter: value.workCenter,
        start: this.instant(`${path}.start`, value.start, { zone, edge: 'start' }),
        remaining: this.duration(`${path}.remaining`, value.remaining),
      };
    });
  }
}

interface Edge {
  zone: TimeZone;
  edge: 'start' | 'end';
}

/** The flows of the file and of the database by name and revision, as the nodes of one graph. */
class RevisionIndex {
  readonly nodes: FlowNode[] = [];
  private readonly byLabel = new Map<string, number>();
  private readonly effective = new Map<string, number>();
  private readonly links = new Set<string>();

  add(
    node: FlowNode,
    { name, effective }: { name: string; effective: boolean },
  ): 'revision' | 'effective' | null {
    if (this.byLabel.has(node.label)) return 'revision';
    const index = this.nodes.push(node) - 1;
    this.byLabel.set(node.label, index);
    if (!effective) return null;
    if (this.effective.has(name)) return 'effective';
    this.effective.set(name, index);
    return null;
  }

  node(name: string, revision: string): number | undefined {
    return this.byLabel.get(flowLabel(name, revision));
  }

  /** Notes that the flow contains the sub-flow; false where there is no such sub-flow. */
  link(from: number | undefined, sub: { name: string; revision: string | null }, item: number): boolean {
    const to =
      sub.revision === null
        ? this.effective.get(sub.name)
        : this.byLabel.get(flowLabel(sub.name, sub.revision));
    if (to === undefined) return false;
    if (from === undefined) return true;
    const key = `${from} ${to}`;
    if (!this.links.has(key)) {
      this.links.add(key);
      this.nodes[from]?.subFlows.push({ node: to, item });
    }
    return true;
  }
}

function flowLabel(name: string, revision: string): string {
  return `${name}:${revision}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function namesIn(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return (list as unknown[]).flatMap((entry) =>
    isObject(entry) && typeof entry.name === 'string' ? [entry.name] : [],
  );
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}
