// How does a spec ask a service over HTTP so that no answer goes by unchecked? Each is held to its published description.
import { expect } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import request from 'supertest';
import { type AnswerCheck } from './answer-check.js';

export interface Sent {
  /** Name of a key in `keys`, or the key itself. */
  readonly key?: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Got {
  readonly status: number;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

export const languages = ['ru', 'kk', 'en'] as const;
/** Id of nothing at all. */
export const nobody = '99999999-9999-4999-8999-999999999999';
const looksMax = 1_200;
const betweenLooksMs = 50;

export class Asking {
  /** Keys by the name of their role, and what else a later question needs of an earlier answer. */
  readonly keys = new Map<string, string>();
  private url = '';

  constructor(private readonly check: AnswerCheck) {}

  of(service: { readonly url: string }): void {
    this.url = service.url;
  }

  readonly ask = async (method: string, path: string, sent: Sent = {}): Promise<Got> => {
    const { key, body, type, accept, reason, headers } = sent;
    const asking = new request.Test(this.url, method, path).set({
      ...(key && { authorization: `Bearer ${this.keys.get(key) ?? key}` }),
      ...(body !== undefined && { 'content-type': type ?? 'application/json' }),
      ...(accept && { accept }),
      ...(reason && { 'derbes-reason': reason }),
      ...headers,
    });
    const answer = await (body === undefined ? asking : asking.send(JSON.stringify(body)));
    const { status, text = '' } = answer;
    expect(this.check.faults({ method, path, status, type: answer.get('content-type') ?? null, text })).toEqual([]);
    return { status, text, body: answer.body as Record<string, unknown> };
  };

  readonly expectStatus = async (answer: Promise<Got>, status: number): Promise<Got> => {
    const got = await answer;
    expect({ status: got.status, ...(got.status !== status && { body: got.body }) }).toEqual({ status });
    return got;
  };

  /** By an officer, unless another key is named. */
  readonly command = (path: string, body: object, more: Sent = {}, status = 201): Promise<Got> =>
    this.expectStatus(this.ask('POST', path, { key: 'officer', body, reason: 'subject-request', ...more }), status);

  readonly question = (path: string, status = 200, more: Sent = {}): Promise<Got> =>
    this.expectStatus(this.ask('GET', path, { key: 'officer', reason: 'subject-request', ...more }), status);

  /** As JSON, and as text in each language. */
  readonly inEachForm = async (path: string): Promise<Got> => {
    for (const lang of languages) await this.question(`${path}?lang=${lang}`, 200, { accept: 'text/plain' });
    return this.question(path);
  };

  /** Makes a key and keeps it under the name of its role. */
  readonly makeKey = async (role: string, bound: object = {}): Promise<void> => {
    const { body } = await this.expectStatus(
      this.ask('POST', '/v1/keys', { key: 'admin', body: { role, ...bound } }),
      201,
    );
    this.keys.set(role, String(body['key']));
  };

  /** Looks until it holds, for a minute at most. */
  readonly until = async <T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> => {
    for (let looks = 0; ; looks++) {
      const seen = await look();
      if (holds(seen)) return seen;
      if (looks > looksMax) throw new Error(`it never came true: ${JSON.stringify(seen)}`);
      await pause(betweenLooksMs);
    }
  };
}
