// Which server does EVENTSTORE_URL name? Checked before the client sees it, whose warnings would print a password.
import { StoreRefused } from '../errors.js';

export interface ServerPlace {
  /** For the client: its own scheme, whichever of the two names the operator used. */
  readonly connectionString: string;
  readonly tls: boolean;
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
}

const form = /^(?:esdb|kurrentdb)(\+discover)?:\/\/(?:([^@/?]*)@)?([^/?@]+)\/?(?:\?(.*))?$/;
const hostForm = /^([A-Za-z0-9.-]+)(?::(\d{1,5}))?$/;
const defaultPort = 2113;
const portMax = 65_535;

/**
 * What the client takes, without what would break a promise of the store: reads from a follower may lack what was
 * acknowledged, and failures that are returned instead of thrown tell a wrong revision.
 */
const optionForms: ReadonlyMap<string, RegExp> = new Map([
  ['tls', /^(true|false)$/],
  ['tlscafile', /^.+$/],
  ['usercertfile', /^.+$/],
  ['userkeyfile', /^.+$/],
  ['connectionname', /^.+$/],
  ['maxdiscoverattempts', /^\d{1,6}$/],
  ['discoveryinterval', /^\d{1,6}$/],
  ['gossiptimeout', /^\d{1,6}$/],
  ['defaultdeadline', /^\d{1,9}$/],
  ['keepaliveinterval', /^\d{5,9}$/],
  ['keepalivetimeout', /^\d{1,9}$/],
  ['nodepreference', /^leader$/i],
]);

/** Throws StoreRefused (STORE_URL_MALFORMED); its message repeats nothing of the connection string but option names. */
export function parsePlace(url: string): ServerPlace {
  const match = form.exec(url.trim());
  if (!match) throw malformed('it has the form esdb://user:password@host:2113?tls=true, or esdb+discover://');
  const [, discover = '', credentials, hostList = '', options = ''] = match;
  // The client takes a second colon for the end of the password.
  if (credentials !== undefined && !/^[^:]+:[^:]+$/.test(credentials)) {
    throw malformed('before the @ stand user:password, with : @ / ? written as %3A %40 %2F %3F');
  }
  const hosts = hostList.split(',').map(parseHost);
  const tls = parseOptions(options).get('tls') !== 'false';
  const access = credentials === undefined ? '' : `${credentials}@`;
  const query = options === '' ? '' : `?${options}`;
  return { connectionString: `esdb${discover}://${access}${hostList}${query}`, tls, hosts };
}

function parseHost(text: string): { host: string; port: number } {
  const [, host, port] = hostForm.exec(text) ?? [];
  if (host === undefined || Number(port ?? defaultPort) > portMax) throw malformed('a host has the form name:2113');
  return { host, port: Number(port ?? defaultPort) };
}

function parseOptions(text: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const pair of text === '' ? [] : text.split('&')) {
    const [name = '', value = '', ...rest] = pair.split('=');
    const key = name.toLowerCase().replace(/[_-]/g, '');
    const valueForm = optionForms.get(key);
    const shown = /^[A-Za-z_-]{1,40}$/.test(name) ? name : 'one of them';
    if (!valueForm) throw malformed(`its options are ${[...optionForms.keys()].join(', ')}; not ${shown}`);
    if (rest.length > 0 || !valueForm.test(value)) throw malformed(`its option ${shown} has a value that is not taken`);
    options.set(key, value);
  }
  return options;
}

const malformed = (reason: string): StoreRefused =>
  new StoreRefused('STORE_URL_MALFORMED', `EVENTSTORE_URL is malformed: ${reason}`);
