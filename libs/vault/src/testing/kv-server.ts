// What does a KV store of version 2 answer? As OpenBao documents it, in memory: no server of that kind could be had here.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Entry {
  readonly versions: Map<number, { data: unknown; destroyed: boolean }>;
  current: number;
}

interface KvOptions {
  /** Answers over TLS with this certificate, PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** 0, or absent, lets the system choose; another is asked for by a server that comes back. */
  readonly port?: number;
  /** As a store of version 1, under the same paths: no versions, no check-and-set, nothing to destroy. */
  readonly isFirstVersion?: boolean;
}

/** Also keeps every request line that it saw, to be searched for secrets. */
export class KvServer {
  readonly entries = new Map<string, Entry>();
  readonly seen: string[] = [];
  /** Answers each request with this status, or never for 0. */
  broken: number | undefined;
  /** Sealed: answers as a server that was started and not yet unsealed. */
  sealed = false;
  readonly #server: Server;

  private constructor(
    readonly token: string,
    private readonly options: KvOptions,
  ) {
    const answer = (request: IncomingMessage, response: ServerResponse): void => void this.#answer(request, response);
    this.#server = options.tls ? createTlsServer(options.tls, answer) : createServer(answer);
    // A caller who does not trust the certificate hangs up while greeting.
    this.#server.on('tlsClientError', () => undefined);
  }

  static async start(token: string, options: KvOptions = {}): Promise<KvServer> {
    const kv = new KvServer(token, options);
    await new Promise<void>((resolve) => kv.#server.listen(options.port ?? 0, '127.0.0.1', resolve));
    return kv;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.options.tls ? 'https' : 'http'}://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await text(request);
    const { method = '', url = '' } = request;
    this.seen.push(`${method} ${url}`);
    if (this.broken === 0) return;
    const [status, body] = this.sealed
      ? [503, { errors: ['Vault is sealed'] }]
      : this.broken !== undefined
        ? [this.broken, { errors: ['broken'] }]
        : request.headers['x-vault-token'] !== this.token
          ? [403, { errors: ['permission denied'] }]
          : this.#serve(method, url, sent);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  #serve(method: string, url: string, sent: string): [number, object?] {
    const [, verb = '', place = ''] = /^\/v1\/secret\/(data|metadata|destroy)\/([^?]*)/.exec(url) ?? [];
    if (verb === '') return [404, { errors: [`no handler for route "${url}"`] }];
    if (this.options.isFirstVersion === true) return this.#serveFirst(method, `${verb}/${place}`, sent);
    const entry = this.entries.get(place);
    if (url.endsWith('?list=true')) {
      const keys = [...this.entries.keys()].filter((key) => key.startsWith(`${place}/`));
      return keys.length === 0
        ? [404, { errors: [] }]
        : [200, { data: { keys: keys.map((key) => key.slice(place.length + 1)) } }];
    }
    const asked = (sent === '' ? {} : JSON.parse(sent)) as {
      options?: { cas?: number };
      data?: unknown;
      versions?: number[];
    };
    if (verb === 'data' && method === 'GET') {
      const version = entry?.versions.get(entry.current);
      if (!entry || !version) return [404, { errors: [] }];
      const metadata = { version: entry.current, destroyed: version.destroyed, deletion_time: '' };
      return version.destroyed
        ? [404, { data: { data: null, metadata } }]
        : [200, { data: { data: version.data, metadata } }];
    }
    if (verb === 'data' && method === 'POST') {
      if (asked.options?.cas !== (entry?.current ?? 0)) {
        return [400, { errors: ['check-and-set parameter did not match the current version'] }];
      }
      const standing = entry ?? { versions: new Map(), current: 0 };
      standing.current++;
      standing.versions.set(standing.current, { data: asked.data, destroyed: false });
      this.entries.set(place, standing);
      return [200, { data: { version: standing.current } }];
    }
    if (verb === 'metadata' && method === 'GET') {
      if (!entry) return [404, { errors: [] }];
      const versions = Object.fromEntries([...entry.versions].map(([n, { destroyed }]) => [String(n), { destroyed }]));
      return [200, { data: { current_version: entry.current, versions } }];
    }
    if (verb === 'destroy' && method === 'POST') {
      for (const n of asked.versions ?? []) entry?.versions.set(n, { data: undefined, destroyed: true });
      return [204];
    }
    if (verb === 'metadata' && method === 'DELETE') {
      this.entries.delete(place);
      return [204];
    }
    return [405, { errors: ['unsupported operation'] }];
  }

  #serveFirst(method: string, place: string, sent: string): [number, object?] {
    if (method === 'POST') {
      this.entries.set(place, {
        current: 1,
        versions: new Map([[1, { data: JSON.parse(sent) as unknown, destroyed: false }]]),
      });
      return [204];
    }
    const entry = this.entries.get(place)?.versions.get(1);
    return entry ? [200, { data: entry.data }] : [404, { errors: [] }];
  }
}
