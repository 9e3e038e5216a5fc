// Whose sealed values stand for one person's sake alone and go when she does: those who act for her, and who uploaded data about her, what she asked?
import { type OtherPart, type SubjectEvent } from '@derbes/domain';
import { asOwnerName, type OwnerName, type Vault } from '@derbes/vault';
import { type Pool } from 'pg';
import { placesOf } from './places.js';

/** Owners looked up at a time. */
const ownersMax = 1_000;

/** Kinds of owners whose values serve the one person in whose stream they stand: each was made for one event there. */
const forHerAlone = ['representative-'];

/** Parts of such owners in her streams that are not destroyed yet. */
export async function othersOf(
  { vault, app }: { readonly vault: Vault; readonly app: Pool },
  streams: readonly { readonly subject: string; readonly events: readonly SubjectEvent[] }[],
): Promise<readonly OtherPart[]> {
  const own = streams.flatMap(({ subject, events }) =>
    events.flatMap(({ id, parts }) => parts.flatMap(({ p, owner }) => other({ event: id, p, owner, subject }))),
  );
  const asked = await Promise.all(streams.map(({ subject }) => requestsOf(subject, vault, app)));
  const named = [...own, ...asked.flat()];
  const names = [...new Set(named.map(({ owner }) => asOwnerName(owner)))];
  const standing = new Set<OwnerName>();
  for (let from = 0; from < names.length; from += ownersMax) {
    const rows = await vault.ownersOf(names.slice(from, from + ownersMax));
    for (const { owner, state } of rows.values()) if (state !== 'erased') standing.add(owner);
  }
  return named.filter(({ owner }) => standing.has(asOwnerName(owner)));
}

/** Requests that were proved to be hers: what they say, and what holders said for them, is about her alone. */
async function requestsOf(subject: string, vault: Vault, app: Pool): Promise<OtherPart[]> {
  const places = await placesOf(vault, asOwnerName(`subject-${subject}`));
  const marks = new Map(
    places.flatMap(({ event, p, category }) => (category === 'meta.request' ? [[event, p] as const] : [])),
  );
  if (marks.size === 0) return [];
  const { rows } = await app.query<{ id: string; stream_id: string }>({
    name: 'requests-of-person',
    text: 'select id, stream_id from claim_event where id = any($1::uuid[])',
    values: [[...marks.keys()]],
  });
  return rows.flatMap(({ id, stream_id: owner }) =>
    owner.startsWith('request-') ? [{ event: id, p: marks.get(id) ?? '0', owner, subject }] : [],
  );
}

const other = ({ owner, ...place }: Omit<OtherPart, 'owner'> & { readonly owner: string | undefined }): OtherPart[] =>
  owner !== undefined && forHerAlone.some((kind) => owner.startsWith(kind)) ? [{ ...place, owner }] : [];
