/** Problem details (RFC 9457) with our code: for what is malformed, unauthorised, missing or unavailable. */
import { STATUS_CODES } from 'node:http';
import { OrderwrightError, type Problem } from '../../core/problem.js';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
/** Problems that one answer lists: a hostile body has a million. */
const LISTED = 100;
const MESSAGE_LENGTH = 2000;

export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  problems: Problem[];
}

/** A refusal of the door itself, with its status. */
export class HttpProblem extends OrderwrightError {
  constructor(
    readonly status: number,
    code: string,
    message: string,
    problems: Problem[] = [],
  ) {
    super(code, message, problems);
  }
}

/** What HTTP itself is told to answer, for codes that are not what `statusOf` reads from their names. */
const STATUS: Record<string, number> = {
  OW_OWNER_ROLE: 403,
  OW_ORDER_CHANGED: 409,
  OW_MATERIAL_CHANGED: 409,
  OW_PLAN_CHANGED: 409,
  OW_RULE_FILE_EXISTS: 409,
  OW_RULES_READ_ONLY: 409,
  OW_EVENT_NOT_PARKED: 409,
  OW_RULE_CHANGED: 412,
  OW_PLUGIN_FAILED: 503,
};

function statusOf(error: OrderwrightError): number {
  if (error instanceof HttpProblem) return error.status;
  const known = STATUS[error.code];
  if (known !== undefined) return known;
  if (/_UNAVAILABLE$|^OW_DATABASE_|^OW_RULES_(UNREADABLE|UNWRITABLE|NONE)$/.test(error.code)) return 503;
  if (error.code.endsWith('_UNKNOWN')) return 404;
  return 400;
}

/** Fastify's own refusals, by its codes. */
const FASTIFY: Record<string, { status: number; code: string; message: string }> = {
  FST_ERR_BAD_URL: {
    status: 400,
    code: 'OW_PATH_INVALID',
    message: 'The path is not valid percent-encoded UTF-8.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'OW_BODY_TOO_LARGE',
    message: 'The body is larger than this server takes (http.bodyLimit).',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'OW_MEDIA_TYPE',
    message: 'The body is JSON, and its content type application/json.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'OW_BODY_INVALID',
    message: 'The body is not as long as its content length says.',
  },
  FST_ERR_VALIDATION: { status: 400, code: 'OW_REQUEST_INVALID', message: 'The request is not valid' },
};

/** What any failure is answered as; what nobody foresaw says nothing of the inside. */
export function problemOf(error: unknown): ProblemDetails {
  if (error instanceof OrderwrightError) {
    return details(statusOf(error), error.code, error.message, error.problems);
  }
  const { code = '', statusCode = 500, message = '' } = (error ?? {}) as Partial<FastifyFailure>;
  const known = FASTIFY[code];
  if (known !== undefined) return details(known.status, known.code, known.message);
  // What the HTTP library refuses of a request is the caller's; its words are for the caller too.
  if (statusCode >= 400 && statusCode < 500) return details(statusCode, 'OW_REQUEST_INVALID', message);
  if (/timeout/i.test((error as Error | null)?.name ?? '')) {
    return details(503, 'OW_DATABASE_UNAVAILABLE', 'The database does not answer. Maybe try again.');
  }
  return details(500, 'OW_FAILED', 'This failed for a reason that is written to the log.');
}

interface FastifyFailure {
  code: string;
  statusCode: number;
  message: string;
}

function details(status: number, code: string, message: string, problems: Problem[] = []): ProblemDetails {
  const listed = problems.slice(0, LISTED);
  const detail =
    message.length > MESSAGE_LENGTH ? `${message.slice(0, MESSAGE_LENGTH)}...`.toWellFormed() : message;
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    problems: listed,
  };
}
