// Who lives in a vault under test? People with values and identifiers, written as a flush writes them.
import { randomUUID } from 'node:crypto';
import { type Pool } from 'pg';
import { type Part } from '@derbes/kernel';
import { normalise, type Identifier } from '../normalise.js';
import { vaultParticipant } from '../participant.js';
import { type OwnerName, type VaultRows } from '../rows.js';
import { type Vault } from '../vault.js';
import { inTransaction } from '../in-transaction.js';

/** What a test knows of a person; enough to ask for everything again, in any process. */
export interface Person {
  readonly owner: OwnerName;
  readonly eventId: string;
  readonly parts: readonly Part[];
  readonly emails: readonly string[];
  readonly name: string;
}

export const emailOf = (text: string): Identifier => {
  const normal = normalise('email', text);
  if ('code' in normal) throw new Error(normal.reason);
  return normal;
};

/** Somebody new, in the vault's words; not yet written. */
export function unitOf(vault: Vault, emails = 2): Promise<{ person: Person; rows: VaultRows }> {
  const name = randomUUID();
  return vault.withKeys((ring) => {
    const row = ring.newOwner('subject', randomUUID(), null);
    const { owner } = row;
    const eventId = randomUUID();
    const sealed = [name, `${name} again`].map((value, p) =>
      ring.seal({ owner, stream: owner, eventId, p: String(p), category: 'name', value }),
    );
    const named = Array.from({ length: emails }, (_, i) => `${name}-${i}@example.kz`);
    const rows: VaultRows = {
      owners: [row],
      pks: [ring.makeRef({ owner, eventId: randomUUID() }), ...sealed.map(({ pk }) => pk)],
      parts: sealed.map((one) => one.row),
      tokens: named.map((email) => vault.tokenRow(vault.token(emailOf(email)), owner, null)),
      moves: [],
      live: [],
    };
    const person = { owner, eventId, parts: sealed.map(({ part }) => part), emails: named, name };
    return Promise.resolve({ person, rows });
  });
}

/** Writes it as a flush does; the code of the conflict, if there is one. */
export const write = (app: Pool, rows: VaultRows): Promise<string | undefined> =>
  inTransaction(app, async (tx) => {
    const found = await vaultParticipant.conflicts(tx, [rows]);
    if (found.size === 0) await vaultParticipant.write(tx, [rows]);
    return found.get(0);
  });

/** Written, decided again while epochs change. */
export async function somebody(app: Pool, vault: Vault, emails = 2): Promise<Person> {
  for (;;) {
    const { person, rows } = await unitOf(vault, emails);
    const code = await write(app, rows);
    if (code === undefined) return person;
    if (code !== 'EPOCH_CHANGED') throw new Error(code);
    await vault.reload();
  }
}

/** What the service can still tell: codes and names of values, and whom the identifiers find. */
export async function whatOpens(vault: Vault, { owner, eventId, parts, emails }: Person): Promise<string[]> {
  const opened = await vault.open(parts.map((part) => ({ eventId, owner, part })));
  const found = await vault.lookup(emails.map((email) => vault.token(emailOf(email))));
  return [
    ...opened.map((one) => ('value' in one ? (one.value as string) : one.code)),
    ...[...found.values()].map((row) => `${row.state} ${row.owner}`),
  ];
}

export const everything = ({ name, owner, emails }: Person): string[] => [
  name,
  `${name} again`,
  ...emails.map(() => `live ${owner}`),
];
