/** The schemas that requests are checked by, and that /openapi.json is made of. */
import { ORDER_STATES, UNIVERSAL_STATES } from '../../core/order/production-order.js';
import { EVENT_STATES } from '../../ports/event-queue.js';
import type { JsonObject } from '../../core/json.js';
import type { Entity } from './operation-names.js';

/** No control characters, no half characters, not blank: as in the plant file. */
const TEXT = '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]*$';
export const NAME = { type: 'string', minLength: 1, maxLength: 400, pattern: TEXT };
const SHORT = { type: 'string', minLength: 1, maxLength: 200, pattern: TEXT };
/** Longer than any rule may be: that it is too long is a problem of the text, like others. */
const RULE_TEXT: JsonObject = { type: 'string', maxLength: 1_000_000 };
export const HASH = '^[0-9a-f]{64}$';
const MAX_ROWS = 10_000;
const MAX_PAGE = 1000;
export const PAGE = 100;

const limit = {
  type: 'integer',
  minimum: 1,
  maximum: MAX_PAGE,
  default: PAGE,
  description: 'How many at most',
};

export function page(after: JsonObject, more: JsonObject = {}): JsonObject {
  const properties = { limit, after: { ...after, description: 'The last one of the page before' }, ...more };
  return { type: 'object', additionalProperties: false, properties };
}

export const orderPage = page(NAME, {
  search: { ...NAME, maxLength: 200, description: 'A part of the name or of the product' },
  state: {
    type: 'string',
    pattern: `^(${ORDER_STATES.join('|')})(,(${ORDER_STATES.join('|')}))*$`,
    description: 'Released,InProgress: orders in one of these states',
  },
  universalState: { enum: [...UNIVERSAL_STATES] },
  facility: NAME,
  dueBefore: {
    type: 'string',
    pattern: '^\\d{4}-\\d{2}-\\d{2}$',
    description: 'Orders whose due date is before this day',
  },
  brief: {
    type: 'boolean',
    default: false,
    description: 'Leave out what is allowed and blocked, which takes longest to find out',
  },
  counts: {
    type: 'boolean',
    default: false,
    description: 'Add how many there are in each state, whichever are asked for, and the facilities',
  },
});
export const journalPage = page(
  { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  { order: { ...NAME, description: 'Only the entries of this order' } },
);
export const eventPage = page(
  { type: 'string', pattern: '^\\d{1,19}$' },
  { state: { enum: [...EVENT_STATES] } },
);
export const orderQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ifScrapped: {
      ...NAME,
      maxLength: 8000,
      description: 'M1,M2: whether and how the order could still close if these materials were terminated',
    },
  },
};
export const versionQuery = { type: 'object', additionalProperties: false, properties: { limit } };
export const noQuery = { type: 'object', additionalProperties: false, properties: {} };

export function path(fields: JsonObject): JsonObject {
  return { type: 'object', required: Object.keys(fields), additionalProperties: false, properties: fields };
}

export function operationName(examples: readonly string[]): JsonObject {
  return {
    ...NAME,
    description: 'ProductionOrder.Release, Material.Split, or the host’s name for it in hookNames',
    examples: [...examples],
  };
}

export const MOMENT = { enum: ['Pre', 'Post'] };

/** The field of a request that has the rows of an operation. */
export const LIST_OF = { ProductionOrder: 'orders', Material: 'materials' } as const;

const INPUT: JsonObject = {
  type: 'object',
  description: 'The input of the operation, such as plannedStart and plannedEnd',
};

interface Collection {
  /** What the rows are about; null where the path does not say it yet. */
  entity: Entity | null;
  /** The schema of the input, where the operation is known. */
  input?: JsonObject;
  values: Readonly<Record<Entity, JsonObject>>;
  more?: JsonObject;
}

/** What a request about a collection says, `values` being the fields of the plant file. */
function collection({ entity, input = INPUT, values, more = {} }: Collection): JsonObject {
  const entities: Entity[] = entity === null ? ['ProductionOrder', 'Material'] : [entity];
  const lists = entities.map((one): [string, JsonObject] => {
    const properties = { name: NAME, values: values[one] };
    const items = { type: 'object', required: ['name'], additionalProperties: false, properties };
    return [LIST_OF[one], { type: 'array', minItems: 1, maxItems: MAX_ROWS, items }];
  });
  const choice = lists.map(([list]) => ({ required: [list] }));
  return {
    type: 'object',
    additionalProperties: false,
    ...(choice.length === 1 ? choice[0] : { oneOf: choice }),
    properties: {
      requestId: { ...SHORT, description: 'Names this request; made up where left out' },
      correlationId: {
        ...SHORT,
        description: 'Of the caller’s own, to the journal; else the header x-correlation-id',
      },
      actor: { ...SHORT, description: 'Who is named in the journal' },
      input,
      ...Object.fromEntries(lists),
      ...more,
    },
  };
}

/** What the door knows of orders and materials. */
interface KnownValues {
  orderValues: JsonObject;
  materialValues: JsonObject;
}

export function hookBody(
  { orderValues, materialValues }: KnownValues,
  known: Pick<Collection, 'entity' | 'input'> = { entity: null },
): JsonObject {
  // Their types are checked where the operation is known: a Create has whole orders in them.
  const described = (values: JsonObject): JsonObject => {
    const fields = Object.keys(values.properties as JsonObject).join(', ');
    const description = `What the caller knows of it in its open transaction, which wins over what is read: ${fields}`;
    return { type: 'object', description };
  };
  const values = { ProductionOrder: described(orderValues), Material: described(materialValues) };
  return collection({ ...known, values });
}

export function operationBody(known: Pick<Collection, 'entity' | 'input'> = { entity: null }): JsonObject {
  const none = { type: 'object', description: 'Nothing: what is to be changed is in the input' };
  const whole = { type: 'object', description: 'The whole order, for ProductionOrder.Create' };
  const more = {
    dryRun: { type: 'boolean', default: false, description: 'Answer what would happen, and change nothing' },
    atomic: { type: 'boolean', default: false, description: 'All of the rows or none' },
    override: {
      type: 'object',
      description: 'Lets one row through one rule; needs the permission ProductionOrder.<Operation>.Override',
      required: ['rule', 'reason'],
      additionalProperties: false,
      properties: { rule: SHORT, reason: { ...SHORT, maxLength: 2000 } },
    },
  };
  return collection({ ...known, values: { ProductionOrder: whole, Material: none }, more });
}

export const explainBody: JsonObject = {
  type: 'object',
  required: ['operation'],
  oneOf: [{ required: ['order'] }, { required: ['material'] }],
  additionalProperties: false,
  properties: {
    operation: { ...SHORT, description: 'ProductionOrder.Release, Release or release; Material.Split' },
    order: NAME,
    material: NAME,
    input: { type: 'object' },
    candidate: {
      ...RULE_TEXT,
      description:
        'The text of a rule file that is asked as if it were in force, in the place of the rule with its id or beside the others',
    },
  },
};

export const checkBody: JsonObject = {
  type: 'object',
  required: ['text'],
  additionalProperties: false,
  properties: {
    id: { ...NAME, description: 'What the rule shall be called; else what the text says' },
    text: { ...RULE_TEXT, description: 'The whole text of a rule file, whatever it is' },
  },
};

export const restoreBody: JsonObject = {
  type: 'object',
  required: ['ruleSet'],
  additionalProperties: false,
  properties: {
    ruleSet: { type: 'string', pattern: HASH, description: 'The rule set whose text of the rule comes back' },
  },
};

export const ruleBody: JsonObject = {
  type: 'object',
  description:
    'The rule, in the format of GET /rules/schema; or { "text": "..." }, the whole text of its file, which is kept as it is',
};

const CHECKED_EXAMPLE: JsonObject = {
  type: 'object',
  properties: {
    index: { type: 'integer' },
    verdict: { enum: ['allowed', 'refused', null], description: 'What the example says' },
    given: {
      enum: ['allowed', 'refused', null],
      description: 'What the conditions say; null: it can’t be told',
    },
    conditions: { type: 'array', items: { type: 'object' } },
  },
};

export const checkedResponse: JsonObject = {
  description:
    'Every problem with its JSON path, and every example with its verdict; also where the text is no rule',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['id', 'ok', 'problems', 'moreProblems', 'examples'],
        properties: {
          id: { type: ['string', 'null'] },
          ok: { type: 'boolean' },
          problems: { type: 'array', items: { type: 'object' } },
          moreProblems: { type: 'integer', description: 'How many there are beside those listed' },
          examples: { type: 'array', items: CHECKED_EXAMPLE },
        },
      },
    },
  },
};

export const problemResponse: JsonObject = {
  description: 'Problem details (RFC 9457): malformed, unauthorised, missing or unavailable',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'detail', 'code', 'problems'],
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          detail: { type: 'string' },
          code: { type: 'string', description: 'OW_...' },
          problems: {
            type: 'array',
            items: {
              type: 'object',
              properties: { path: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
            },
          },
        },
      },
    },
  },
};

const violation = {
  type: 'object',
  properties: {
    code: { type: 'string' },
    rule: { type: ['string', 'null'] },
    title: { type: 'string' },
    message: { type: 'string' },
    conditions: { type: 'array', items: { type: 'object' } },
    fix: { type: 'array', items: { type: 'object' } },
  },
};

const rows: JsonObject = {
  type: 'array',
  items: {
    type: 'object',
    required: ['name', 'allowed', 'mode', 'state', 'violations', 'warnings'],
    properties: {
      name: { type: 'string' },
      allowed: { type: 'boolean' },
      mode: { enum: ['enforce', 'observe'] },
      state: { type: ['string', 'null'] },
      violations: { type: 'array', items: violation },
      warnings: { type: 'array', items: violation },
    },
  },
};

export const verdictResponse: JsonObject = {
  description: 'The verdict, also where it refuses; a Post hook answers the events that it stored',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['requestId'],
        properties: {
          requestId: { type: 'string' },
          ruleSet: { type: 'string' },
          orders: rows,
          materials: rows,
          events: { type: 'array', items: { type: 'object' } },
        },
      },
    },
  },
};

export function answerResponse(description: string): JsonObject {
  return { description, content: { 'application/json': { schema: { type: 'object' } } } };
}
