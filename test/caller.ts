// How does a journey speak with the service? Over HTTP with one key, as any client would.

export const structuredType = 'application/cloudevents+json';
export const batchType = 'application/cloudevents-batch+json';
const answerMsMax = 60_000;

export interface Sent {
  readonly body?: unknown;
  /** The body as it is, instead of `body` as JSON. */
  readonly raw?: string | Buffer;
  readonly type?: string;
  readonly accept?: string;
  /** `Derbes-Reason`. */
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string; readonly hint?: string }[];
}

export interface Outcome {
  readonly id?: string;
  readonly status: string;
  readonly ref?: string;
  readonly findings?: readonly { readonly code: string; readonly category?: string; readonly purpose?: string }[];
  readonly problem?: { readonly code: string; readonly detail: string; readonly pointer?: string };
}

export interface Page<Row> {
  readonly items: readonly Row[];
  readonly next?: string;
}

export class Answer {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly text: string,
  ) {}

  /** The body as JSON, of whatever form the reader expects. */
  json<T>(): T {
    return JSON.parse(this.text) as T;
  }

  get problem(): Problem {
    return this.json<Problem>();
  }
}

export class Caller {
  constructor(
    readonly url: string,
    readonly key?: string,
  ) {}

  async send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const { body, type = 'application/json', accept, reason, headers } = sent;
    const content = sent.raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const answer = await fetch(this.url + path, {
      method,
      signal: AbortSignal.timeout(answerMsMax),
      headers: {
        ...(this.key !== undefined && { authorization: `Bearer ${this.key}` }),
        ...(content !== undefined && { 'content-type': type }),
        ...(accept !== undefined && { accept }),
        ...(reason !== undefined && { 'derbes-reason': reason }),
        ...headers,
      },
      ...(content !== undefined && { body: content }),
    });
    return new Answer(answer.status, answer.headers, await answer.text());
  }

  get(path: string, sent: Sent = {}): Promise<Answer> {
    return this.send('GET', path, sent);
  }

  post(path: string, body: unknown, sent: Sent = {}): Promise<Answer> {
    return this.send('POST', path, { body, ...sent });
  }

  /** One event in structured mode. */
  tell(event: unknown, query = ''): Promise<Answer> {
    return this.post(`/v1/events${query}`, event, { type: structuredType });
  }

  /** A batch, answered by one outcome per event. */
  async tellAll(events: readonly unknown[], query = ''): Promise<readonly Outcome[]> {
    const answer = await this.post(`/v1/events${query}`, events, { type: batchType });
    if (answer.status !== 200) throw new Error(`a batch was answered ${answer.status}: ${answer.text}`);
    return answer.json<{ outcomes: readonly Outcome[] }>().outcomes;
  }

  /** All rows of a register, page by page. */
  async register<Row>(name: string, filter: Readonly<Record<string, string>> = {}, reason?: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (let cursor: string | undefined; ;) {
      const query = new URLSearchParams({ ...filter, ...(cursor !== undefined && { cursor }) });
      const answer = await this.get(
        `/v1/registers/${name}?${query.toString()}`,
        reason === undefined ? {} : { reason },
      );
      if (answer.status !== 200) throw new Error(`register ${name} was answered ${answer.status}: ${answer.text}`);
      const { items, next } = answer.json<Page<Row>>();
      rows.push(...items);
      if (next === undefined) return rows;
      cursor = next;
    }
  }

  /** The one subject that an identifier finds. */
  async find(scheme: string, value: string): Promise<string> {
    const answer = await this.post('/v1/subjects/search', { identifier: { scheme, value } }, { reason: 'test' });
    const { subjects } = answer.json<{ subjects: readonly { subject: string }[] }>();
    const [found, ...others] = subjects;
    if (!found || others.length > 0) throw new Error(`a search was answered ${answer.status}: ${answer.text}`);
    return found.subject;
  }
}
