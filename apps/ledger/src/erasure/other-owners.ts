// Whose sealed values stand for one person's sake alone and go when she does: those who act for her, and who uploaded data about her?
import { type OtherPart, type SubjectEvent } from '@derbes/domain';
import { asOwnerName, type OwnerName, type Vault } from '@derbes/vault';

/** Owners looked up at a time. */
const ownersMax = 1_000;

/** Kinds of owners whose values serve the one person in whose stream they stand: each was made for one event there. */
const forHerAlone = ['representative-'];

/** Parts of such owners in her streams that are not destroyed yet. */
export async function othersOf(
  vault: Pick<Vault, 'ownersOf'>,
  streams: readonly { readonly subject: string; readonly events: readonly SubjectEvent[] }[],
): Promise<readonly OtherPart[]> {
  const named = streams.flatMap(({ subject, events }) =>
    events.flatMap(({ id, parts }) => parts.flatMap(({ p, owner }) => other({ event: id, p, owner, subject }))),
  );
  const names = [...new Set(named.map(({ owner }) => asOwnerName(owner)))];
  const standing = new Set<OwnerName>();
  for (let from = 0; from < names.length; from += ownersMax) {
    const rows = await vault.ownersOf(names.slice(from, from + ownersMax));
    for (const { owner, state } of rows.values()) if (state !== 'erased') standing.add(owner);
  }
  return named.filter(({ owner }) => standing.has(asOwnerName(owner)));
}

const other = ({ owner, ...place }: Omit<OtherPart, 'owner'> & { readonly owner: string | undefined }): OtherPart[] =>
  owner !== undefined && forHerAlone.some((kind) => owner.startsWith(kind)) ? [{ ...place, owner }] : [];
