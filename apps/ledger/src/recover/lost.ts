// What do the events name that no file of the log has? Sealed values, keys and documents that were only in the database that is gone.
import { type PoolClient } from 'pg';

export interface Lost {
  /** Sealed values of people who are not erased, whose ciphertext is not here. */
  readonly values: number;
  /** People who are not erased and have no key: nothing of theirs can be opened, and no identifier leads to them. */
  readonly people: number;
  /** SHA-256 of policies and profiles that are not here. */
  readonly documents: readonly string[];
}

/** Of the events behind the first `known`, which the log of this database had taken in before. */
export async function lostSince(session: PoolClient, known: number): Promise<Lost> {
  const { rows } = await session.query<{ values: number; people: number; documents: string[] | null }>(
    `with back as materialized (
       select event_id, stream_id, type, body::jsonb as body from ledger_event where position > $1
     )
     select
       (select count(*)::int from back b cross join lateral jsonb_array_elements(b.body -> 'parts') sealed
        where not exists (select from part t where t.event = b.event_id and t.p = sealed ->> 'p')
          and ${notErased("coalesce(sealed ->> 'owner', b.stream_id)")}) as values,
       (select count(*)::int from back b where b.type = 'SubjectRegistered'
          and not exists (select from key_owner o where o.owner = b.stream_id)
          and ${notErased('b.stream_id')}) as people,
       (select json_agg(distinct b.body -> 'facts' ->> 'document') from back b
        where b.body -> 'facts' ? 'document'
          and not exists (select from document d where d.sha256 = b.body -> 'facts' ->> 'document')) as documents`,
    [known],
  );
  const { values = 0, people = 0, documents } = rows[0] ?? {};
  return { values, people, documents: documents ?? [] };
}

const notErased = (stream: string): string =>
  `not exists (select from ledger_event x where x.stream_id = ${stream} and x.type = 'ErasureExecuted'
     and x.body::jsonb -> 'facts' ->> 'scope' = 'person')`;
