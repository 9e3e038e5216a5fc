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
}

export interface ProblemMore {
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
    const { errors } = this.more;
    return {
      type: problemType(this.code),
      title: problems[this.code].title,
      status: this.status,
      code: this.more.as ?? this.code,
      detail: this.detail,
      ...(instance !== undefined && { instance }),
      ...(errors && { errors }),
    };
  }

  get headers(): Record<string, string> {
    const { retryAfterMs, headers } = this.more;
    return {
      ...headers,
      ...(retryAfterMs !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
    };
  }
}
