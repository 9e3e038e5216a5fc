// Which organisations uploaded data, or have it held for them? Their names and BINs are sealed once, wherever they were first told.
import { type Dossier, type PartRef } from '@derbes/domain';
import { type Part } from '@derbes/kernel';
import { asOwnerName } from '@derbes/vault';
import { type Person } from './person.js';
import { type Readers } from './readers.js';

/** Organisations named in one answer; of those beyond it the id alone is told. */
const organisationsMax = 50;
const told = ['meta.name', 'meta.bin'];

export interface Organisations {
  /** By `organisation-<uuid>`. */
  readonly organisations: Readonly<Record<string, readonly PartRef[]>>;
  readonly traces: ReadonlyMap<string, readonly Part[]>;
}

/** The organisations that holdings name. */
export function organisationsNamed(categories: Dossier['categories']): readonly string[] {
  const holdings = categories.flatMap((category) => category.holdings);
  const named = holdings.flatMap(({ for: whom, origins }) => [whom, ...origins.map(({ uploader }) => uploader)]);
  return [...new Set(named.filter((owner) => owner !== undefined))].slice(0, organisationsMax);
}

/** Their sealed names; one question each, and none where none is named. */
export async function organisationsOf(
  owners: readonly string[],
  person: Person,
  { vault, subjects }: Readers,
): Promise<Organisations> {
  if (owners.length === 0) return { organisations: {}, traces: new Map() };
  const places = await Promise.all(
    owners.map(async (owner): Promise<readonly [string, readonly PartRef[]]> => {
      const found = await vault.partsOfOwner(asOwnerName(owner));
      // The same organisation may have been told of anew after a race; the first telling is as good as any.
      const first = told.flatMap((category) => found.find((place) => place.category === category) ?? []);
      return [owner, first.map(({ eventId: event, p }) => ({ event, p, owner }))];
    }),
  );
  const refs = places.flatMap(([, parts]) => parts);
  const elsewhere = await subjects.mentioned(person, refs);
  return {
    organisations: Object.fromEntries(places),
    traces: new Map([...elsewhere.values()].map(({ id, parts }) => [id, parts])),
  };
}
