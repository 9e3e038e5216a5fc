// Where do stored documents stand? Policies and profiles by their SHA-256; events name the hash, so replay needs nothing else.
import { sql, type Kysely, type Migration } from 'kysely';
import { createHash } from 'node:crypto';
import { type Pool } from 'pg';

export const documentsMigrations: Record<string, Migration> = {
  '2026-11-23-documents-1': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`
        create table document (
          sha256 text collate "C" primary key check (sha256 ~ '^[0-9a-f]{64}$'),
          bytes bytea not null,
          stored_at timestamptz not null default now()
        )`.execute(db);
      await sql`grant select, insert on document to derbes_app`.execute(db);
    },
  },
};

/** Bytes that do not have the hash they are stored under; somebody changed the table. */
export class DocumentTampered extends Error {
  readonly code = 'DOCUMENT_TAMPERED';
}

export class Documents {
  constructor(private readonly app: Pool) {}

  /** Stores a document; one that stands already is left as it is. Must be durable before an event names it. */
  async put(sha256: string, bytes: Buffer): Promise<void> {
    await this.app.query('insert into document (sha256, bytes) values ($1, $2) on conflict do nothing', [
      sha256,
      bytes,
    ]);
  }

  /** Throws DocumentTampered when the bytes do not have the hash. */
  async get(sha256: string): Promise<Buffer | undefined> {
    const { rows } = await this.app.query<{ bytes: Buffer }>('select bytes from document where sha256 = $1', [sha256]);
    const bytes = rows[0]?.bytes;
    if (bytes && createHash('sha256').update(bytes).digest('hex') !== sha256) {
      throw new DocumentTampered(`the document ${sha256} does not have its hash`);
    }
    return bytes;
  }
}
