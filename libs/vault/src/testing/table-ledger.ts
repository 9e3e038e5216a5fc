// What stands for the ledger around the vault in tests? Three tables that every process sees, and that outlive a kill.
import { createHash } from 'node:crypto';
import { type Pool, type PoolClient } from 'pg';
import { type ErasureMade, type EpochEvent, type EpochLedger, type Published } from '../epoch-ledger.js';
import { inTransaction } from '../in-transaction.js';
import { type JournalEntry } from '../journal-lines.js';
import { type Vault } from '../vault.js';

export class TableLedger implements EpochLedger {
  /** How far the log is, where it does not cover everything at once. */
  log: Published = { needed: 1, size: 1, witnesses: 'none' };

  constructor(
    private readonly app: Pool,
    private readonly vault: Vault,
  ) {}

  /** By the owner of the tables, once. */
  static async make(owner: Pool): Promise<void> {
    await owner.query(`
      create table test_event (n bigserial primary key, name text unique, type text not null, said text not null);
      create table test_document (sha256 text primary key, bytes bytea not null);
      create table test_order (id text primary key, entry text not null, destroyed boolean not null default false);
      grant select, insert, update on test_event, test_document, test_order to derbes_app;
      grant usage on sequence test_event_n_seq to derbes_app`);
  }

  async write({ type, facts }: EpochEvent): Promise<void> {
    const name = [type, facts.epoch, 'custodian' in facts ? facts.custodian : ''].join('/');
    await this.append(this.app, name, type, facts);
  }

  published(): Promise<Published> {
    return Promise.resolve(this.log);
  }

  async keepDocument(bytes: Buffer): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await this.app.query('insert into test_document values ($1, $2) on conflict do nothing', [sha256, bytes]);
    return sha256;
  }

  async settleErasures(): Promise<void> {
    const { rows } = await this.app.query<{ id: string; entry: string }>(
      'select id, entry from test_order where not destroyed order by id',
    );
    for (const { id, entry } of rows) await this.carryOut(id, JSON.parse(entry) as JournalEntry);
  }

  /** An order, its journal and its destruction; each may be cut off and is then settled by somebody else. */
  async erase(entry: JournalEntry): Promise<void> {
    await this.app.query('insert into test_order (id, entry) values ($1, $2) on conflict do nothing', [
      entry.erasure,
      JSON.stringify(entry),
    ]);
    await this.carryOut(entry.erasure, entry);
  }

  private async carryOut(id: string, entry: JournalEntry): Promise<void> {
    await inTransaction(this.app, (tx) => this.vault.journal.append(tx, entry));
    await inTransaction(this.app, (tx) => this.vault.beginErasure(tx, entry.owner));
    await this.append(this.app, `executed/${id}`, 'ErasureExecuted', { order: id });
    await inTransaction(this.app, async (tx) => {
      await this.vault.destroy(tx, entry);
      await tx.query('update test_order set destroyed = true where id = $1', [id]);
    });
  }

  async erasuresOf(epoch: number): Promise<readonly ErasureMade[]> {
    const { rows } = await this.app.query<{ n: string; said: string }>(
      `select n, said from test_event where type = 'ErasureExecuted'
        and n > coalesce((select n from test_event where name = $1), 0) and n < (select n from test_event where name = $2)
        order by n`,
      [`EpochOpened/${epoch}/`, `EpochOpened/${epoch + 1}/`],
    );
    return rows.map(({ n, said }) => ({
      executed: `executed-${n}`,
      order: (JSON.parse(said) as { order: string }).order,
    }));
  }

  async events(): Promise<{ type: string; facts: Record<string, unknown> }[]> {
    const { rows } = await this.app.query<{ type: string; said: string }>(
      'select type, said from test_event order by n',
    );
    return rows.map(({ type, said }) => ({ type, facts: JSON.parse(said) as Record<string, unknown> }));
  }

  private async append(db: Pool | PoolClient, name: string, type: string, facts: object): Promise<void> {
    await db.query('insert into test_event (name, type, said) values ($1, $2, $3) on conflict do nothing', [
      name,
      type,
      JSON.stringify(facts),
    ]);
  }
}
