// How are the restricted events found of which nothing is sealed any more? By an index over the claims of their streams alone.
import { type Migration, sql } from 'kysely';

export const restrictedMigrations: Record<string, Migration> = {
  '2026-11-24-restricted-1': {
    async up(db) {
      await sql`create index claim_event_restricted on claim_event (stream_id) where stream_id like 'restricted-%'`.execute(
        db,
      );
    },
  },
};
