// How does a key service on the network hold keys? OpenBao or Vault, in a KV store of version 2, asked over its own HTTP interface.
import { readFile } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { keyBytes } from './aes-gcm.js';
import { type Custodian } from './custodian.js';
import { keyCheckValue } from './formulas.js';
import { readPrivate } from './private-files.js';
import { VaultError } from './vault-error.js';

const timeoutMsDefault = 5_000;
const answerBytesMax = 65_536;
/** Of an entry that was written where nothing stood. */
const firstVersion = 1;
const namePattern = /^[a-z][a-z0-9-]{0,63}$/;
const segmentsPattern = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/;
const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

export interface KeyService {
  /** `https://host:8200`; plain HTTP only to this machine itself. */
  readonly url: string;
  /** A file of this user alone with a token that may read, create, destroy and list below the path. Read anew for each call. */
  readonly tokenFile: string;
  /** Certificates, PEM, of whoever signed the service's. */
  readonly caFile?: string;
  /** Mount of the KV store; `secret` unless said. */
  readonly mount?: string;
  /** Path below the mount; `derbes` unless said. The ledger's id follows it. */
  readonly path?: string;
  readonly timeoutMs?: number;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** Copies lie in the service's storage and its backups: those must be as short-lived as an epoch. */
export class KeyServiceCustodian implements Custodian {
  readonly kind = 'openbao';
  readonly #service: KeyService;
  readonly #ledger: string;
  readonly #base: URL;

  /** Throws KEY_SERVICE_MALFORMED or KEY_SERVICE_INSECURE. */
  constructor(service: KeyService, ledger: string) {
    this.#service = service;
    this.#ledger = ledger;
    if (!URL.canParse(service.url)) throw malformed('its URL is none');
    this.#base = new URL(service.url);
    const { protocol, hostname, username, password, search } = this.#base;
    if (username !== '' || password !== '' || search !== '')
      throw malformed('its URL holds more than a place: a token belongs in a file');
    if (protocol !== 'https:' && !(protocol === 'http:' && loopback.has(hostname))) {
      throw new VaultError('KEY_SERVICE_INSECURE', 'keys travel over https, or stay on this machine');
    }
    for (const part of [this.#mount, this.#path]) if (!segmentsPattern.test(part)) throw malformed('mount or path');
  }

  async read(name: string): Promise<Buffer | undefined> {
    const { status, body } = await this.#ask('GET', 'data', this.#place(name));
    if (status === 404) return undefined;
    if (typeof at(at(at(body, 'data'), 'metadata'), 'version') !== 'number') throw this.#noVersions();
    const data = at(at(body, 'data'), 'data');
    const text = at(data, 'secret');
    const secret = Buffer.from(typeof text === 'string' ? text : '', 'base64url');
    if (at(data, 'ledger') !== this.#ledger || at(data, 'name') !== name) {
      throw new VaultError('KEEP_OF_ANOTHER_LEDGER', `openbao: the entry ${name} is not one of this ledger`);
    }
    if (secret.length !== keyBytes || at(data, 'kcv') !== keyCheckValue(secret).toString('hex')) {
      throw new VaultError('KEEP_DAMAGED', `openbao: the entry ${name} is not what was written`);
    }
    return secret;
  }

  async write(name: string, secret: Buffer): Promise<void> {
    if (secret.length !== keyBytes) throw new VaultError('SECRET_MALFORMED', `a secret has ${keyBytes} bytes`);
    const data = {
      kcv: keyCheckValue(secret).toString('hex'),
      ledger: this.#ledger,
      name,
      secret: secret.toString('base64url'),
    };
    // Written only where nothing stands: cas 0.
    const { status, body } = await this.#ask('POST', 'data', this.#place(name), { options: { cas: 0 }, data });
    if (status === 400) throw new VaultError('SECRET_EXISTS', `openbao: ${name} stands already and is never replaced`);
    if (at(at(body, 'data'), 'version') !== firstVersion) throw this.#noVersions();
  }

  /** Every version is destroyed, then the entry itself goes: neither an undelete nor an older version brings it back. */
  async destroy(name: string): Promise<void> {
    const place = this.#place(name);
    const { status, body } = await this.#ask('GET', 'metadata', place);
    if (status === 404) return;
    const versions = Object.keys(at(at(body, 'data'), 'versions') ?? {}).map(Number);
    if (versions.length > 0) await this.#ask('POST', 'destroy', place, { versions });
    await this.#ask('DELETE', 'metadata', place);
  }

  async names(): Promise<string[]> {
    const { status, body } = await this.#ask('GET', 'metadata', `${this.#path}/${this.#ledger}?list=true`);
    const keys = status === 404 ? [] : at(at(body, 'data'), 'keys');
    return Array.isArray(keys) ? keys.filter((key): key is string => typeof key === 'string').sort() : [];
  }

  /** A store of version 1 takes the same paths, replaces what stands, and destroys nothing by its versions. */
  #noVersions(): VaultError {
    return malformed(`what is mounted at ${this.#mount} is no KV store of version 2`);
  }

  get #mount(): string {
    return this.#service.mount ?? 'secret';
  }

  get #path(): string {
    return this.#service.path ?? 'derbes';
  }

  #place(name: string): string {
    if (!namePattern.test(name)) throw new VaultError('SECRET_NAME_MALFORMED', 'lower-case letters, digits, hyphens');
    return `${this.#path}/${this.#ledger}/${name}`;
  }

  /**
   * Answers success, 404 for an entry that is not there, and 400 for a write that was in the way of another; throws
   * CUSTODIAN_DOWN or CUSTODIAN_REFUSED for the rest, and for a path under which no KV store is mounted.
   */
  async #ask(method: string, verb: string, place: string, sent?: object): Promise<Reply> {
    const reply = await this.#send(method, new URL(`/v1/${this.#mount}/${verb}/${place}`, this.#base), sent);
    const { status, body } = reply;
    if (status >= 200 && status < 300) return reply;
    const errors = at(body, 'errors');
    // An entry that is not there, or was deleted, is answered without a reason; a path that is not served with one.
    if (status === 404 && (!Array.isArray(errors) || errors.length === 0)) return reply;
    if (status === 400 && sent !== undefined && 'options' in sent && JSON.stringify(errors).includes('check-and-set'))
      return reply;
    if (status === 403) throw new VaultError('CUSTODIAN_REFUSED', `openbao: the token may not ${method} ${verb}`);
    throw new VaultError('CUSTODIAN_DOWN', `openbao: ${method} ${verb} was answered with ${status}`);
  }

  async #send(method: string, url: URL, sent: object | undefined): Promise<Reply> {
    const { tokenFile, caFile, timeoutMs = timeoutMsDefault } = this.#service;
    const token = (await readPrivate(tokenFile))?.trim();
    if (token === undefined || token === '') {
      throw new VaultError('CUSTODIAN_REFUSED', `openbao: there is no token in ${tokenFile}`);
    }
    const ca = caFile === undefined ? undefined : await readFile(caFile).catch(() => undefined);
    if (caFile !== undefined && !ca) throw new VaultError('CUSTODIAN_DOWN', `openbao: ${caFile} cannot be read`);
    const content = sent === undefined ? undefined : JSON.stringify(sent);
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = {
      'x-vault-token': token,
      'x-vault-request': 'true',
      ...(content !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(content),
      }),
    };
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        const why = signal.aborted ? `does not answer within ${timeoutMs} ms` : `cannot be asked (${codeOf(error)})`;
        reject(new VaultError('CUSTODIAN_DOWN', `openbao: ${url.host} ${why}`));
      };
      const make = url.protocol === 'https:' ? tlsRequest : plainRequest;
      const asking = make(url, { method, headers, signal, agent: false, ...(ca && { ca }) }, (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > answerBytesMax) answer.destroy(new Error('TOO_LONG'));
          else chunks.push(chunk);
        });
        answer.on('error', fail);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: parsed(Buffer.concat(chunks)) }));
      });
      asking.on('error', fail);
      asking.end(content);
    });
  }
}

const malformed = (what: string): VaultError => new VaultError('KEY_SERVICE_MALFORMED', `the key service: ${what}`);

/** The code of a system or TLS error; its message might hold what was sent. */
const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'broken off';

const at = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    return undefined;
  }
}
