// How do tests of backups use the command line, and see what a restored ledger holds?
import { type Part, readEnvelope } from '@derbes/kernel';
import { testServer, type TestDatabase } from '@derbes/postgres/testing.js';
import { asOwnerName } from '@derbes/vault';
import { PassThrough, Readable } from 'node:stream';
import { run } from '../cli/run.js';
import { type Ledger } from '../ledger.js';
import { fact } from '../testing.js';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The settings by which the command line finds a test's database. */
export function databaseUrls({ asApp, asOwner }: TestDatabase): Record<string, string> {
  const { host } = testServer();
  const as = ({ user = '', database = '' }: typeof asApp): string =>
    `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`;
  return { DATABASE_URL: as(asApp), DATABASE_OWNER_URL: as(asOwner) };
}

export async function derbesIn(environment: Record<string, string>, words: readonly string[]): Promise<Said> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await run(words, { stdin: Readable.from([]), stdout, stderr, environment });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

export const collected = (id: string) =>
  fact(
    'data.collected',
    {
      subject: { identifiers: [{ scheme: 'email', value: `${id}@example.kz` }] },
      categories: ['email'],
      purposes: ['account'],
      holder: 'crm',
      origin: { kind: 'subject', means: 'web-form' },
      values: { email: `${id}@example.kz` },
    },
    { id },
  );

/** E-mails of all whom these events name, as the vault opens them; codes of those that it does not. */
export async function valuesOf(ledger: Ledger, events: readonly string[]): Promise<string[]> {
  const wanted = events
    .map(readEnvelope)
    .flatMap(({ id, stream, parts = [] }) =>
      stream.startsWith('subject-')
        ? parts.map((part: Part) => ({ eventId: id, owner: asOwnerName(part.owner ?? stream), part }))
        : [],
    );
  const opened = await ledger.vault.open(wanted);
  return opened.map((one) => ('code' in one ? one.code : JSON.stringify(one.value).replaceAll('"', ''))).sort();
}
