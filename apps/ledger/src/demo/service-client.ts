// How does the demo talk to the service? As anybody would: over HTTP with a key, and with the cloudevents SDK for facts.
import { CloudEvent, HTTP } from 'cloudevents';
import { setTimeout as pause } from 'node:timers/promises';
import { type DayEvent } from './example-files.js';

const requestMsMax = 60_000;
/** A service that asks to come again is asked again so often. */
const retriesMax = 5;
const comeAgain: ReadonlySet<number> = new Set([429, 503]);
const batchType = 'application/cloudevents-batch+json; charset=utf-8';

/** A step of the demo that did not go as it should. */
export class DemoFailed extends Error {
  constructor(
    readonly step: string,
    why: string,
  ) {
    super(why);
  }
}

/** What the service said of one event. */
export interface EventOutcome {
  readonly id?: string;
  readonly status: string;
  readonly problem?: { readonly code: string; readonly detail: string };
}

interface Sending {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export class ServiceClient {
  constructor(private readonly url: string) {}

  async command<Answer>(step: string, path: string, key: string, body: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': `demo.${step}` };
    return JSON.parse(
      await this.send(step, { method: 'POST', path, key, headers, body: JSON.stringify(body) }),
    ) as Answer;
  }

  /** A question; with a reason where it is about a person. */
  async ask<Answer>(step: string, path: string, key: string, body?: object): Promise<Answer> {
    const headers = {
      accept: 'application/json',
      'derbes-reason': 'test',
      ...(body && { 'content-type': 'application/json' }),
    };
    const asked = body ? { method: 'POST' as const, body: JSON.stringify(body) } : { method: 'GET' as const };
    return JSON.parse(await this.send(step, { ...asked, path, key, headers })) as Answer;
  }

  async askText(step: string, path: string, key: string, language: string): Promise<string> {
    const headers = { accept: 'text/plain', 'accept-language': language, 'derbes-reason': 'test' };
    return this.send(step, { method: 'GET', path, key, headers });
  }

  /** Tells facts of one source: one alone in binary mode, several as a batch. One outcome each, in their order. */
  async tell(
    step: string,
    key: string,
    events: readonly DayEvent[],
    waiting: boolean,
  ): Promise<readonly EventOutcome[]> {
    const path = `/v1/events${waiting ? '?wait=projected' : ''}`;
    const clouds = events.map((event) => new CloudEvent<object>({ ...event }));
    const [only, ...others] = clouds;
    if (only && others.length === 0) {
      const { headers, body } = HTTP.binary(only);
      const sent = {
        method: 'POST' as const,
        path,
        key,
        headers: headers as Record<string, string>,
        body: body as string,
      };
      return [JSON.parse(await this.send(step, sent)) as EventOutcome];
    }
    // The SDK reads batches and writes none: a batch is the JSON array of what it writes in structured mode.
    const body = `[${clouds.map((cloud) => HTTP.structured(cloud).body as string).join(',')}]`;
    const answer = await this.send(step, { method: 'POST', path, key, headers: { 'content-type': batchType }, body });
    return (JSON.parse(answer) as { readonly outcomes: readonly EventOutcome[] }).outcomes;
  }

  private async send(step: string, sending: Sending): Promise<string> {
    for (let retry = 0; ; retry++) {
      const answer = await this.once(step, sending);
      const text = await answer.text();
      if (answer.ok) return text;
      if (!comeAgain.has(answer.status) || retry === retriesMax)
        throw new DemoFailed(step, problemOf(answer.status, text));
      await pause(Math.max(1, Number(answer.headers.get('retry-after')) || 1) * 1000);
    }
  }

  private async once(step: string, { method, path, key, headers, body }: Sending): Promise<Response> {
    try {
      return await fetch(new URL(path, this.url), {
        method,
        headers: { ...headers, authorization: `Bearer ${key}` },
        signal: AbortSignal.timeout(requestMsMax),
        ...(body !== undefined && { body }),
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new DemoFailed(
        step,
        `no answer from ${this.url}: ${cause instanceof Error ? cause.message : String(cause)}`,
      );
    }
  }
}

/** Code, detail and the first places of a problem (RFC 9457). */
function problemOf(status: number, text: string): string {
  try {
    const { code, detail, errors } = JSON.parse(text) as {
      readonly code?: string;
      readonly detail?: string;
      readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
    };
    const places = (errors ?? []).slice(0, 3).map((error) => `${error.pointer} ${error.detail}`);
    return [`${status} ${code ?? ''}`.trim(), detail, ...places].filter(Boolean).join('; ');
  } catch {
    return `${status}`;
  }
}
