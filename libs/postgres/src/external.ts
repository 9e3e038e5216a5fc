// Is the PostgreSQL named by DATABASE_URL one that the ledger can stand on, and what protects the events there?
import pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf, LauncherError, type LauncherErrorCode } from './launcher-error.js';
import { type LedgerAccess } from './roles.js';

const oldestMajor = 15;
const connectMsMax = 10_000;
const startingMsMax = 30_000;
const startingPollMs = 200;

export interface ExternalPostgres extends LedgerAccess {
  serverVersion: string;
  /** Sentences for the operator: settings of the server that weaken what the ledger promises. */
  notices: string[];
}

interface ServerFacts {
  version: string;
  number: number;
  encoding: string;
  replica: boolean;
  login: string;
  may_create: boolean;
}

const explanations: Record<string, [LauncherErrorCode, string]> = {
  '28P01': ['DATABASE_PASSWORD_WRONG', 'does not accept the user or the password: correct them in the URL'],
  '28000': ['DATABASE_ACCESS_DENIED', 'lets this user not in: check that the role exists and what pg_hba.conf says'],
  '42501': ['DATABASE_ACCESS_DENIED', 'does not let this user connect to the database: grant CONNECT'],
  '3D000': ['DATABASE_MISSING', 'has no database of this name: create it (encoding UTF8), or correct the URL'],
  '57P03': ['DATABASE_UNREACHABLE', 'is still starting up: try again when it is ready'],
  '53300': ['DATABASE_REFUSED', 'has no connection left: raise its max_connections, or stop what uses them up'],
};
const unreachableCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EACCES',
];

function configOf(setting: string, url: string): pg.PoolConfig {
  const malformed = (cause?: unknown) =>
    new LauncherError(
      'DATABASE_URL_MALFORMED',
      `${setting} is no PostgreSQL address: write postgres://user:password@host:5432/database.`,
      { cause },
    );
  if (!/^postgres(ql)?:\/\//.test(url)) throw malformed();
  const config = { connectionString: url, connectionTimeoutMillis: connectMsMax };
  try {
    new pg.Client(config); // parses the address and connects to nothing
  } catch {
    throw malformed(); // without the cause: it quotes the address with its password
  }
  return config;
}

function explainConnection(setting: string, error: unknown): LauncherError {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : '';
  const known = explanations[code];
  if (known !== undefined)
    return new LauncherError(known[0], `The server of ${setting} ${known[1]}.`, { cause: error });
  if (message.includes('client password must be')) {
    return new LauncherError(
      'DATABASE_PASSWORD_WRONG',
      `The server of ${setting} asks for a password: add it to the URL.`,
      { cause: error },
    );
  }
  if (unreachableCodes.includes(code) || /timeout|terminated/i.test(message)) {
    return new LauncherError(
      'DATABASE_UNREACHABLE',
      `Nothing answers at the address of ${setting} (${code || 'no answer in time'}): check host and port, and that the server runs.`,
      { cause: error },
    );
  }
  return new LauncherError('DATABASE_REFUSED', `The server of ${setting} refused the connection: ${message}.`, {
    cause: error,
  });
}

async function connect(setting: string, config: pg.PoolConfig): Promise<pg.Client> {
  const deadline = performance.now() + startingMsMax;
  for (;;) {
    const client = new pg.Client(config);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (codeOf(error) !== '57P03' || performance.now() > deadline) throw explainConnection(setting, error);
      await pause(startingPollMs);
    }
  }
}

async function withClient<T>(
  setting: string,
  config: pg.PoolConfig,
  ask: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connect(setting, config);
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}

async function factsOf(client: pg.Client): Promise<ServerFacts> {
  const { rows } = await client.query<ServerFacts>(`
    select current_setting('server_version') as version,
           current_setting('server_version_num')::int as number,
           current_setting('server_encoding') as encoding,
           pg_is_in_recovery() as replica,
           current_user::text as login,
           coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create`);
  const [facts] = rows;
  if (facts === undefined) throw new LauncherError('DATABASE_REFUSED', 'The server answers no question about itself.');
  return facts;
}

function refuseUnfit(setting: string, facts: ServerFacts): void {
  if (facts.number < oldestMajor * 10_000) {
    throw new LauncherError(
      'DATABASE_TOO_OLD',
      `The server of ${setting} is PostgreSQL ${facts.version}, and ${oldestMajor} is the oldest that works: upgrade it, or unset the URL to use the embedded one.`,
    );
  }
  if (facts.encoding !== 'UTF8') {
    throw new LauncherError(
      'DATABASE_ENCODING_NOT_UTF8',
      `The database of ${setting} has the encoding ${facts.encoding}: create one with ENCODING 'UTF8' TEMPLATE template0.`,
    );
  }
  if (facts.replica) {
    throw new LauncherError('DATABASE_REFUSED', `The server of ${setting} is a read-only replica: name its primary.`);
  }
  if (!facts.may_create) {
    throw new LauncherError(
      'DATABASE_ACCESS_DENIED',
      `The user of ${setting} may not create tables: make it the owner of the database, or grant it CREATE on the schema.`,
    );
  }
}

async function noticesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ prints: boolean; loses: boolean }>(`
    select (current_setting('log_statement') in ('mod', 'all') or current_setting('log_min_duration_statement') <> '-1')
             and current_setting('log_parameter_max_length') <> '0' as prints,
           current_setting('fsync') = 'off' or current_setting('synchronous_commit') = 'off' as loses`);
  return [
    ...(rows[0]?.prints === true
      ? [
          'The server writes statements with their parameters to its log: set log_parameter_max_length = 0 for this database.',
        ]
      : []),
    ...(rows[0]?.loses === true
      ? ['The server acknowledges what a power cut can take back: set fsync = on and synchronous_commit = on.']
      : []),
  ];
}

/** Whether the app's login can take the owner's rights, and so get past everything but the trigger. */
async function canBecome(client: pg.Client, owner: string): Promise<boolean> {
  const { rows } = await client.query<{ can: boolean }>(
    `select rolsuper or pg_has_role(oid, $1::name, 'member') as can from pg_roles where rolname = current_user`,
    [owner],
  );
  return rows[0]?.can ?? true;
}

/**
 * Opens a PostgreSQL of the operator's instead of the embedded one, and refuses one that does not fit. With `ownerUrl`
 * (another user, who migrates and owns the tables) the user of `databaseUrl` gets only what migrations grant; with one
 * user for both, `appendOnlyBy` is `trigger`: nothing but the trigger on the events keeps them from being changed.
 * Throws DATABASE_URL_MALFORMED, DATABASE_UNREACHABLE, DATABASE_PASSWORD_WRONG, DATABASE_ACCESS_DENIED, DATABASE_MISSING,
 * DATABASE_TOO_OLD, DATABASE_ENCODING_NOT_UTF8 or DATABASE_REFUSED; no message holds the address.
 */
export async function openExternal(databaseUrl: string, ownerUrl?: string): Promise<ExternalPostgres> {
  const asApp = configOf('DATABASE_URL', databaseUrl);
  const asOwner = ownerUrl === undefined ? asApp : configOf('the owner URL', ownerUrl);
  const ownerSetting = ownerUrl === undefined ? 'DATABASE_URL' : 'the owner URL';
  const owner = await withClient(ownerSetting, asOwner, async (client) => {
    const facts = await factsOf(client);
    refuseUnfit(ownerSetting, facts);
    return facts;
  });
  return withClient('DATABASE_URL', asApp, async (client) => {
    const { rows } = await client.query<{ login: string }>('select quote_ident(current_user) as login');
    const grantTo = rows[0]?.login ?? 'current_user';
    const isSeparate = !(await canBecome(client, owner.login));
    return {
      asOwner,
      asApp,
      grantTo,
      appendOnlyBy: isSeparate ? 'roles' : 'trigger',
      serverVersion: owner.version,
      notices: await noticesOf(client),
    };
  });
}
