// How is a request told no? As a problem with a stable code (RFC 9457), whoever notices it.
import { type Fault } from '../form/check.js';
import { type ProblemCode, problems, problemType } from './codes.js';

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** The request's id, as in the log. */
  readonly instance?: string;
  readonly errors?: readonly Fault[];
  /** Where the certificate of the erasure is that it is about; the last segment is its number. */
  readonly certificate?: string;
}

export const certificatePath = (order: string): string => `/v1/erasures/${order}`;

export interface ProblemMore {
  /** The order of an erasure that it is about. */
  readonly order?: string;
  readonly errors?: readonly Fault[];
  readonly retryAfterMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where it differs from the page's: a rule may answer several ways. */
  readonly status?: number;
  /** A rule's own code where the page is one of many rules' (REFUSED). */
  readonly as?: string;
  readonly cause?: unknown;
}

/** Thrown anywhere behind HTTP and answered as problem+json. `detail` names no personal value. */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly more: ProblemMore = {},
  ) {
    super(`${code}: ${detail}`, { cause: more.cause });
  }

  get status(): number {
    return this.more.status ?? problems[this.code].status;
  }

  body(instance?: string): ProblemBody {
    const { errors, order } = this.more;
    return {
      type: problemType(this.code),
      title: problems[this.code].title,
      status: this.status,
      code: this.more.as ?? this.code,
      detail: this.detail,
      ...(instance !== undefined && { instance }),
      ...(errors && { errors }),
      ...(order !== undefined && { certificate: certificatePath(order) }),
    };
  }

  get headers(): Record<string, string> {
    const { retryAfterMs, headers, order } = this.more;
    return {
      ...headers,
      // RFC 8288: what describes the erasure.
      ...(order !== undefined && { link: `<${certificatePath(order)}>; rel="describedby"` }),
      ...(retryAfterMs !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
    };
  }
}
