// What does a ledger look like at one moment, file by file?
import { type EventStoreDbStore } from '@derbes/event-store';
import { readEnvelope } from '@derbes/kernel';
import { createHash, randomUUID } from 'node:crypto';
import { type PoolClient } from 'pg';
import { type Progress } from '../progress.js';
import { readLines, tablesOf, type Table } from '../table-rows.js';
import { BackupError } from './backup-error.js';
import { columnOfServer, eventsFile, fileOf, keyTables, ledgerTables } from './contents.js';
import { eventsOfSnapshot, eventsOfStore, type EventsOut } from './events-out.js';
import { LineFile, writeTextFile } from './line-file.js';
import { manifestName, manifestText, type FileEntry, type Manifest } from './manifest.js';

/** Rows of one page; a sealed part is at most 64 KiB, twice that in hex. */
const pageRowsMax = 500;

export interface Written {
  readonly ledger: string;
  readonly backup: string;
  readonly events: number;
  /** SHA-256 over all leaf hashes in order. */
  readonly leaves: string;
  readonly rows: number;
  /** SHA-256 of the two manifests: whoever notes them elsewhere can tell later that nothing was changed. */
  readonly manifests: { readonly ledger: string; readonly keys: string };
}

/** One moment of the database, and of the store beside it. */
export class Snapshot {
  private ledger: string | undefined;
  private rows = 0;
  private readonly leaves = createHash('sha256');
  private events = 0;
  private last: string | undefined;

  constructor(
    private readonly tx: PoolClient,
    private readonly store: EventStoreDbStore | undefined,
    private readonly before: string,
    private readonly progress: Progress,
  ) {}

  async write(ledgerSide: string, keysSide: string): Promise<Written> {
    const tables = new Map((await tablesOf(this.tx)).map((table) => [table.name, forAnotherServer(table)]));
    if (!tables.has('ledger_event')) {
      throw new BackupError('LEDGER_MISSING', 'this database holds no ledger: start the service on it once');
    }
    const events = await this.writeEvents(ledgerSide);
    const [of, keysOf] = [await this.countRows(ledgerTables, tables), await this.countRows(keyTables, tables)];
    this.progress.phase('tables', of + keysOf, 'rows');
    const ledgerFiles = [events, ...(await this.writeTables(ledgerSide, ledgerTables, tables))];
    const keyFiles = await this.writeTables(keysSide, keyTables, tables);
    const shared = await this.about();
    const texts = {
      ledger: manifestText({ side: 'ledger', ...shared, files: ledgerFiles }),
      keys: manifestText({ side: 'keys', ...shared, files: keyFiles }),
    };
    await writeTextFile(ledgerSide, manifestName, texts.ledger);
    await writeTextFile(keysSide, manifestName, texts.keys);
    const { ledger, backup, head } = shared;
    const manifests = { ledger: sha256Of(texts.ledger), keys: sha256Of(texts.keys) };
    return { ledger, backup, events: this.events, leaves: head.leaves, rows: this.rows, manifests };
  }

  private async about(): Promise<Omit<Manifest, 'side' | 'files'>> {
    const { rows: epochs } = await this.tx.query<{ epoch: number }>(
      'select epoch from epoch where wrapped_kek is not null order by epoch',
    );
    const { rows: migrations } = await this.tx.query<{ name: string }>(
      'select name from schema_migration order by name',
    );
    const { rows: journal } = await this.tx.query<{ entries: string }>('select entries from erasure_journal');
    if (this.ledger === undefined) throw noLedger();
    return {
      backup: randomUUID(),
      ledger: this.ledger,
      epochs: epochs.map(({ epoch }) => String(epoch)),
      made: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      journal: journal[0]?.entries ?? '0',
      head: {
        events: String(this.events),
        leaves: this.leaves.digest('hex'),
        ...(this.last !== undefined && { last: this.last }),
      },
      migrations: migrations.map(({ name }) => name),
    };
  }

  private async writeEvents(folder: string): Promise<FileEntry> {
    const { rows } = await this.tx.query<{ events: string }>(
      'select coalesce(max(position), 0) as events from ledger_event',
    );
    this.progress.phase('events', this.store ? undefined : Number(rows[0]?.events ?? 0));
    const pages: EventsOut = this.store ? eventsOfStore(this.store, this.tx, this.before) : eventsOfSnapshot(this.tx);
    return this.toFile(folder, eventsFile, async (file) => {
      for await (const page of pages) {
        for (const { leaf, bytes } of page) {
          this.ledger ??= ledgerOf(bytes);
          this.leaves.update(leaf);
        }
        await file.write(page.map(({ bytes }) => bytes));
        this.events += page.length;
        this.last = page.at(-1)?.id ?? this.last;
        this.progress.at(this.events);
      }
    });
  }

  private async writeTables(
    folder: string,
    names: readonly string[],
    tables: ReadonlyMap<string, Table>,
  ): Promise<FileEntry[]> {
    const files: FileEntry[] = [];
    for (const name of names) {
      const table = tables.get(name);
      if (!table) continue;
      const write = async (file: LineFile): Promise<void> => {
        for await (const page of readLines(this.tx, table, pageRowsMax)) {
          await file.write(page);
          this.rows += page.length;
          this.progress.at(this.rows);
        }
      };
      files.push(await this.toFile(folder, fileOf(name), write, table.columns));
    }
    return files;
  }

  private async toFile(
    folder: string,
    name: string,
    write: (file: LineFile) => Promise<void>,
    columns?: readonly string[],
  ): Promise<FileEntry> {
    const file = await LineFile.make(folder, name);
    try {
      await write(file);
      return await file.end(columns);
    } catch (error) {
      await file.abandon();
      throw error;
    }
  }

  private async countRows(names: readonly string[], tables: ReadonlyMap<string, Table>): Promise<number> {
    let rows = 0;
    for (const name of names) {
      if (!tables.has(name)) continue;
      const { rows: counted } = await this.tx.query<{ rows: string }>(`select count(*) as rows from ${name}`);
      rows += Number(counted[0]?.rows ?? 0);
    }
    return rows;
  }
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

const forAnotherServer = ({ name, columns }: Table): Table => ({
  name,
  columns: columns.filter((column) => column !== columnOfServer),
});

/** The ledger that the first of all events opens. Throws LEDGER_MISSING for events that are no ledger's. */
export function ledgerOf(bytes: string): string {
  const { type, facts } = readEnvelope(bytes);
  const ledger = facts['ledger'];
  if (type === 'LedgerOpened' && typeof ledger === 'string') return ledger;
  throw new BackupError('LEDGER_MISSING', 'the events do not begin with LedgerOpened: this is no ledger of Derbes');
}

const noLedger = (): BackupError =>
  new BackupError('LEDGER_MISSING', 'this database holds no ledger yet: start the service on it once');
