// derbes keys: make, list and revoke keys; with an admin key through the service, without one on its own machine.
import { connectEmbedded, openExternal } from '@derbes/postgres';
import { type Command, Option } from 'commander';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { Problem } from '../http/problem/problem.js';
import { ApiKeys, type Bound, type ListedKey, type NewKey } from '../keys/api-keys.js';
import { roles } from '../keys/key.js';
import { readSettings } from '../settings.js';
import { type Role } from '../write/received.js';
import { Client } from './client.js';
import { CommandFailed, exitCodes, sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

interface Keys {
  add(role: Role, bound: Bound): Promise<NewKey>;
  list(): Promise<readonly ListedKey[]>;
  revoke(id: string): Promise<ListedKey | undefined>;
}

const whereTo =
  '\nWith DERBES_KEY (an admin key) it asks the service at DERBES_URL. Without one it works on the database in DATA_DIR,\nor the one of DATABASE_URL: only on the service’s own machine.';

export function keysCommands(program: Command, terminal: Terminal): void {
  const keys = program.command('keys').description('Make, list and revoke keys.');

  keys
    .command('add')
    .description('Make a key; it is printed once and kept nowhere.')
    .addOption(new Option('--role <role>', 'what it may do').choices([...roles]).makeOptionMandatory())
    .option('--source <uri>', 'of an emitter: the source that it may tell facts of')
    .option('--code <code>', 'of a holder or recipient: the code that it is registered under')
    .option('--json', 'print {id, role, source, code, key} as JSON')
    .addHelpText(
      'after',
      `\nExamples:\n  derbes keys add --role officer\n  derbes keys add --role emitter --source urn:example:crm --json\n  derbes keys add --role holder --code crm\n${whereTo}`,
    )
    .action(async ({ role, json, ...bound }: { role: Role; json?: true } & Bound) => {
      const made = await withKeys(terminal, (all) => all.add(role, bound));
      if (json) return sayJson(terminal.stdout, made);
      sayLine(terminal.stdout, made.key);
      sayLine(terminal.stderr, `Key ${made.id} of role ${role}${forWhom(bound)}. It is not shown again.`);
    });

  keys
    .command('list')
    .description('List the keys, without the keys themselves; the revoked ones too.')
    .option('--json', 'print them as JSON')
    .addHelpText('after', `\nExample:\n  derbes keys list\n${whereTo}`)
    .action(async ({ json }: { json?: true }) => {
      const listed = await withKeys(terminal, (all) => all.list());
      if (json) return sayJson(terminal.stdout, { keys: listed });
      sayLine(terminal.stdout, tableOf(listed.map((key) => ({ ...key }))));
    });

  keys
    .command('revoke')
    .description('Revoke a key for ever.')
    .argument('<id>', 'id of the key')
    .option('--json', 'print the revoked key as JSON')
    .addHelpText('after', `\nExample:\n  derbes keys revoke 00000000-0000-4000-8000-000000000001\n${whereTo}`)
    .action(async (id: string, { json }: { json?: true }) => {
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
        throw new CommandFailed('an id is a UUID in lower case', exitCodes.usage);
      const revoked = await withKeys(terminal, (all) => all.revoke(id));
      if (!revoked) throw new CommandFailed('there is no such key');
      if (json) return sayJson(terminal.stdout, revoked);
      sayLine(terminal.stdout, `revoked ${revoked.id} at ${revoked.revokedAt ?? ''}`);
    });
}

const forWhom = ({ source, code }: Bound): string => {
  const whom = source ?? code;
  return whom === undefined ? '' : ` for ${whom}`;
};

async function withKeys<T>(terminal: Terminal, work: (keys: Keys) => Promise<T>): Promise<T> {
  if (terminal.environment['DERBES_KEY']) return work(throughService(new Client(terminal)));
  return onDatabase(terminal, work);
}

const throughService = (client: Client): Keys => ({
  add: async (role, bound) => {
    const body = { role, ...bound };
    return (await client.ask('POST', '/v1/keys', { body })).body as NewKey;
  },
  list: async () => ((await client.ask('GET', '/v1/keys')).body as { keys: ListedKey[] }).keys,
  revoke: async (id) => (await client.ask('DELETE', `/v1/keys/${id}`)).body as ListedKey,
});

/** The only commands beside starting and backups that touch the database: whoever can do this owns its files anyway. */
async function onDatabase<T>({ environment, stderr }: Terminal, work: (keys: Keys) => Promise<T>): Promise<T> {
  const { dataDir, databaseUrl, databaseOwnerUrl } = readSettings(environment);
  if (databaseUrl === undefined && !existsSync(join(dataDir, 'postgres'))) {
    throw new CommandFailed(
      `there is no ledger in ${dataDir}: start the service once, name its DATA_DIR, or give an admin key in DERBES_KEY`,
      exitCodes.usage,
    );
  }
  const log = (line: string): void => sayLine(stderr, line);
  const joined = databaseUrl === undefined ? await connectEmbedded({ dataDir, log }) : undefined;
  const access = joined ?? (await openExternal(databaseUrl ?? '', databaseOwnerUrl));
  const pool = new pg.Pool({ ...access.asApp, max: 1 });
  try {
    return await work(new ApiKeys(pool));
  } catch (error) {
    if (error instanceof Problem) throw new CommandFailed(`${error.code}: ${error.detail}`);
    if ((error as { code?: string }).code === '42P01')
      throw new CommandFailed('this ledger was never started: start the service once');
    throw error;
  } finally {
    await pool.end();
    await joined?.stop();
  }
}
