// Who takes part in a claim's transaction when the vault is not there? A register of identifiers, with the vault's conflicts.
import { sql, type Kysely, type Migration } from 'kysely';
import { type Participant } from '../unit.js';

export interface PeopleRows {
  /** Makes the person, found by this identifier from now on. */
  readonly register?: { readonly identifier: string; readonly subject: string; readonly claim?: Buffer };
  /** The identifier is somebody else's from now on. */
  readonly move?: { readonly identifier: string; readonly to: string };
  /** What the decision was made on. */
  readonly found?: { readonly identifier: string; readonly subject: string };
}

async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table person (
    identifier text primary key, subject text not null, claim text, erased boolean not null default false)`.execute(db);
  await sql`grant select, insert, update, delete on person to derbes_app`.execute(db);
}

export const peopleMigrations: Record<string, Migration> = { '2026-11-23-people': { up } };

export const people: Participant<PeopleRows> = {
  async conflicts(tx, units) {
    const { rows } = await tx.query<{ identifier: string; subject: string }>('select identifier, subject from person');
    const subjects = new Map(rows.map(({ identifier, subject }) => [identifier, subject]));
    const conflicts = new Map<number, string>();
    units.forEach(({ register, move, found }, i) => {
      if (register && subjects.has(register.identifier)) return conflicts.set(i, 'TOKEN_TAKEN');
      if (found && subjects.get(found.identifier) !== found.subject) return conflicts.set(i, 'TOKEN_MOVED');
      if (register) subjects.set(register.identifier, register.subject);
      if (move) subjects.set(move.identifier, move.to);
      return undefined;
    });
    return conflicts;
  },
  async write(tx, units) {
    for (const { register, move } of units) {
      if (register) {
        await tx.query('insert into person (identifier, subject, claim) values ($1, $2, $3)', [
          register.identifier,
          register.subject,
          register.claim?.toString('hex'),
        ]);
      }
      if (move) await tx.query('update person set subject = $2 where identifier = $1', [move.identifier, move.to]);
    }
  },
  async landed(tx, tokens) {
    await tx.query('update person set claim = null where claim = any($1::text[])', [
      tokens.map((t) => t.toString('hex')),
    ]);
  },
  async withdraw(tx, token) {
    await tx.query('delete from person where claim = $1', [token.toString('hex')]);
  },
  async erased(tx, streams) {
    const { rows } = await tx.query<{ subject: string }>(
      'select subject from person where erased and subject = any($1::text[])',
      [streams],
    );
    return new Set(rows.map(({ subject }) => subject));
  },
};
