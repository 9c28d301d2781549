/** Why one order can't be planned; the others go on (design 3.8). */

export const PLANNING_CODES = [
  'OW_SCHEDULE_HORIZON',
  'OW_SCHEDULE_CYCLE',
  'OW_SCHEDULE_MASTER_MISSING',
  'OW_SCHEDULE_CONVERSION_MISSING',
  'OW_SCHEDULE_NO_CAPACITY',
  'OW_SCHEDULE_NO_WORK',
  'OW_SCHEDULE_PREDECESSOR',
  'OW_SCHEDULE_DURATION',
  'OW_SCHEDULE_QUANTITY',
  'OW_SCHEDULE_TIME',
  'OW_SCHEDULE_PERIODS',
  'OW_SCHEDULE_BILL_OF_MATERIALS',
  'OW_SCHEDULE_TOO_LARGE',
] as const;
export type PlanningCode = (typeof PLANNING_CODES)[number];

export class PlanningError extends Error {
  override readonly name = 'PlanningError';

  constructor(
    readonly code: PlanningCode,
    message: string,
  ) {
    super(message);
  }
}
