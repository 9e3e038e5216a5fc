// Which problem is an error that was thrown as something else: by the framework, the store, a decider, or by mistake?
import { ClaimBusy, StoreOverloaded, StoreUnavailable } from '@derbes/event-store';
import { Refused } from '@derbes/kernel';
import { RegisterRefused, UnknownModel } from '@derbes/read-models';
import { LogTrouble } from '@derbes/transparency/files.js';
import { VaultError } from '@derbes/vault';
import { HttpException } from '@nestjs/common';
import { RestrictedUnreadable } from '../../restricted/restricted-records.js';
import { haltOf } from '../../sequencing/halted.js';
import { isDiskFull } from '../../write/disk-full.js';
import { PolicyMalformed } from '../../write/handlers.js';
import { isProblemCode, type ProblemCode } from './codes.js';
import { erasureProblems } from './codes-of-erasure.js';
import { Problem } from './problem.js';

export const stoppingRetryMs = 5_000;
/** Somebody has to make room first. */
const diskFullRetryMs = 30_000;
const unavailableRetryMs = 2_000;
/** Somebody has to put the events back first. */
const haltedRetryMs = 60_000;

/** Codes of Fastify whose cause is the request; everything else of it is a fault of ours. */
const byFastifyCode: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['MEDIA_TYPE_UNSUPPORTED', 'this route does not read that Content-Type'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'the body is longer than this route takes'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['MALFORMED_REQUEST', 'the body is not as long as Content-Length says'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['MALFORMED_JSON', 'the body is empty'],
  FST_ERR_BAD_URL: ['MALFORMED_REQUEST', 'the path is not well-formed'],
  FST_ERR_ASYNC_CONSTRAINT: ['MALFORMED_REQUEST', 'the request names no route'],
  FST_ERR_REOPENED_CLOSE_SERVER: ['STOPPING', 'the service is going down'],
};

const byStatus: Readonly<Record<number, ProblemCode>> = {
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  408: 'REQUEST_TIMEOUT',
  413: 'BODY_TOO_LARGE',
  415: 'MEDIA_TYPE_UNSUPPORTED',
};

/** Never loses the cause, never tells it: what a caller learns of a fault of ours is INTERNAL. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Refused) return refused(error);
  if (error instanceof PolicyMalformed) return policyMalformed(error);
  if (error instanceof RegisterRefused || error instanceof UnknownModel) {
    return new Problem(error.code, error.message, { cause: error });
  }
  if (error instanceof StoreOverloaded) {
    return new Problem('OVERLOADED', 'the queue in front of the store is full', {
      retryAfterMs: error.retryAfterMs,
      cause: error,
    });
  }
  const halt = haltOf(error);
  if (halt) {
    return new Problem(halt, 'the log is halted, and nothing is written', {
      retryAfterMs: haltedRetryMs,
      cause: error,
    });
  }
  if (areLogFilesDamaged(error)) {
    return new Problem('LOG_FILES_DAMAGED', 'the files of the log cannot be read as they were signed', {
      retryAfterMs: haltedRetryMs,
      cause: error,
    });
  }
  if (isDiskFull(error)) {
    return new Problem('DISK_FULL', 'there is no room to write', {
      retryAfterMs: diskFullRetryMs,
      cause: error,
    });
  }
  if (error instanceof ClaimBusy) {
    return new Problem('BUSY', 'another process is landing it', { retryAfterMs: error.retryAfterMs, cause: error });
  }
  if (error instanceof StoreUnavailable) {
    return new Problem('UNAVAILABLE', 'the store does not answer', { retryAfterMs: unavailableRetryMs, cause: error });
  }
  if (error instanceof VaultError && error.code === 'CUSTODIAN_DOWN') {
    return new Problem('UNAVAILABLE', 'whoever holds the keys does not answer', {
      retryAfterMs: unavailableRetryMs,
      cause: error,
    });
  }
  if (error instanceof RestrictedUnreadable) {
    // What cannot be read is no matter of whoever asks.
    return new Problem('UNAVAILABLE', 'the ledger cannot tell now what may be destroyed', {
      retryAfterMs: haltedRetryMs,
      cause: error,
    });
  }
  if (isCallerGone(error)) return new Problem('MALFORMED_REQUEST', 'the body broke off', { cause: error });
  if (isDatabaseAway(error)) {
    return new Problem('UNAVAILABLE', 'the database does not answer', {
      retryAfterMs: unavailableRetryMs,
      cause: error,
    });
  }
  if (error instanceof HttpException) return ofStatus(error.getStatus(), error);
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  const known = typeof code === 'string' ? byFastifyCode[code] : undefined;
  if (known) return new Problem(...known, { cause: error });
  if (typeof statusCode === 'number' && typeof code === 'string' && code.startsWith('FST_')) {
    return ofStatus(statusCode, error);
  }
  return internal(error);
}

const damagedFiles: ReadonlySet<string> = new Set([
  'LOG_DIR_MISSING',
  'LOG_FILE_UNREADABLE',
  'LOG_TILE_DAMAGED',
  'LOG_TILE_MISSING',
]);
const areLogFilesDamaged = (error: unknown): boolean => error instanceof LogTrouble && damagedFiles.has(error.code);

/** What Node says to whoever reads a body whose sender hung up; a database that is away says it in other words. */
const isCallerGone = (error: unknown): boolean =>
  error instanceof Error && error.message === 'aborted' && (error as { code?: unknown }).code === 'ECONNRESET';

// SQLSTATE classes of a connection that is gone or not to be had (08, 57P) or of a server without room for one (53), and what
// the system or the driver says when there is no server at all.
const awayCode = /^(08...|57P..|53...|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/;
const awayMessage =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  if (typeof code === 'string' && awayCode.test(code)) return code !== 'ENOENT' || syscall === 'connect';
  return awayMessage.test(error.message) || (error.cause !== undefined && isDatabaseAway(error.cause));
}

function refused(error: Refused): Problem {
  const code = isProblemCode(error.code) ? error.code : 'REFUSED';
  const { order, ...said } = error.facts;
  const detail = code in erasureProblems ? [error.message, ...Object.values(said)].join(': ') : error.message;
  return new Problem(code, detail, { as: error.code, cause: error, ...(order !== undefined && { order }) });
}

/** Every mistake of the file with its line, at the place of the body where the file stands. */
function policyMalformed({ mistakes, code, message: says }: PolicyMalformed): Problem {
  const field = code === 'POLICY_MALFORMED' ? 'yaml' : 'text';
  const errors = mistakes.map(({ path, line, column, message, hint }) => ({
    pointer: `/${field}#${path}`,
    detail: `line ${line}, column ${column}: ${message}`,
    ...(hint !== undefined && { hint }),
  }));
  return new Problem(code, says, { errors });
}

function ofStatus(status: number, cause: unknown): Problem {
  if (status >= 500) return internal(cause);
  const detail = status === 404 ? 'no route has this path' : 'the request cannot be answered as it is';
  return new Problem(byStatus[status] ?? 'MALFORMED_REQUEST', detail, { cause });
}

const internal = (cause: unknown): Problem =>
  new Problem('INTERNAL', 'the cause stands in the log under this request id', { cause });
