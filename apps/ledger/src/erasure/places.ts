// Where do sealed values of a person stand, in whatever stream?
import { type PlacedPart } from '@derbes/domain';
import { mentionsMax, type Mention, type OwnerName, type Vault } from '@derbes/vault';

/** Pages of places of one person's values, `mentionsMax` each; more is a mistake of whoever merged them, not a history. */
const placePagesMax = 100;

export async function placesOf(vault: Vault, owner: OwnerName): Promise<PlacedPart[]> {
  const places: PlacedPart[] = [];
  let after: Mention | undefined;
  for (let page = 0; page < placePagesMax; page++) {
    const found = await vault.partsOfOwner(owner, after);
    for (const { eventId: event, p, category } of found) places.push({ event, p, category, owner });
    if (found.length < mentionsMax) break;
    after = found.at(-1);
  }
  return places;
}

export const eventsOf = (places: readonly PlacedPart[]): string[] => [...new Set(places.map(({ event }) => event))];
