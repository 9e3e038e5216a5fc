// What stands in the restricted streams? Opened for whoever may know of it, and, of holds alone, for whoever destroys.
import {
  catalogue,
  foldRestricted,
  readRestricted,
  restrictedGone,
  restrictedHoldsOn,
  standingRestricted,
  type RestrictedRecord,
  type HoldExtent,
} from '@derbes/domain';
import { type Claims, type EventStore } from '@derbes/event-store';
import { type JsonValue, type Recorded } from '@derbes/kernel';
import {
  type RestrictedAt,
  type RestrictedPlace,
  type RestrictedSeal,
  type Vault,
  type VaultRows,
} from '@derbes/vault';
import { type Pool } from 'pg';
import { wholeSeconds } from '../write/telling-parts.js';

export interface RestrictedParts {
  readonly app: Pool;
  readonly clock: () => Date;
  readonly store: EventStore;
  readonly vault: Vault;
  readonly claims: Claims<VaultRows>;
  readonly seal: RestrictedSeal;
}

/** Entries read and opened at a time. */
const openedTogether = 100;

/** An entry does not open, or is lost: nobody can say which holds stand, so nothing is destroyed and nothing answered. */
export class RestrictedUnreadable extends Error {
  readonly code = 'RESTRICTED_UNREADABLE';
}

export class RestrictedRecords {
  /** Of holds, their ends and what is gone what destruction must ask, without who demanded what; null for what is neither. */
  private readonly holding = new Map<string, RestrictedRecord | null>();

  constructor(private readonly parts: RestrictedParts) {}

  /** All that stands by now: without what is gone, and what is to go because its term is over. Throws RestrictedUnreadable. */
  async all(): Promise<RestrictedRecord[]> {
    const now = wholeSeconds(this.parts.clock().toISOString());
    return standingRestricted(await this.everything(), now);
  }

  /** All that opens, in the order of the seconds in which it was recorded. Throws RestrictedUnreadable. */
  async everything(): Promise<RestrictedRecord[]> {
    const records = await this.opened(await this.parts.vault.restrictedPlaces());
    return records.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
  }

  /**
   * Events that the log has and of which nothing is sealed any more, although no record says that they are gone: the database was put
   * back to before them, and the events came back from the files of the log. What they held nobody can say.
   */
  async lost(): Promise<string[]> {
    const unsealed = await this.unsealed();
    if (unsealed.length === 0) return [];
    const gone = restrictedGone(await this.everything());
    return unsealed.filter((event) => !gone.has(event));
  }

  /** The holds that stand on any of these people. What is read and done for it does not depend on whom it is about. */
  async holdsOn(members: readonly string[], moment: string): Promise<readonly HoldExtent[]> {
    const places = await this.parts.vault.restrictedPlaces();
    const unknown = places.filter(({ eventId }) => !this.holding.has(eventId));
    for (const record of await this.opened(unknown)) this.holding.set(record.id, holdingOf(record));
    // A claim that was withdrawn took its entry with it.
    const standing = places.flatMap(({ eventId }) => this.holding.get(eventId) ?? []);
    const gone = restrictedGone(standing);
    const lost = (await this.unsealed()).filter((event) => !gone.has(event));
    if (lost.length > 0)
      throw new RestrictedUnreadable(`${lost.length} restricted records are lost; some may be holds`);
    return restrictedHoldsOn(foldRestricted(standing), members, moment);
  }

  /** What stands in the event's part instead of the entry. Throws VALUE_TOO_LONG. */
  seal(at: RestrictedAt, entry: JsonValue): string {
    return this.parts.seal.seal(at, entry);
  }

  /** One statement, so that a record which is written or withdrawn meanwhile is seen on both sides or on none. */
  private async unsealed(): Promise<string[]> {
    const { rows } = await this.parts.app.query<{ id: string }>({
      name: 'restricted-unsealed',
      text: `select e.id from claim_event e where e.stream_id like 'restricted-%'
        and not exists (select 1 from part p where p.owner = e.stream_id) order by e.id`,
    });
    return rows.map(({ id }) => id);
  }

  private async opened(places: readonly RestrictedPlace[]): Promise<RestrictedRecord[]> {
    const records: RestrictedRecord[] = [];
    for (let from = 0; from < places.length; from += openedTogether) {
      records.push(...(await this.openedPage(places.slice(from, from + openedTogether))));
    }
    return records;
  }

  private async openedPage(places: readonly RestrictedPlace[]): Promise<RestrictedRecord[]> {
    const { claims, vault, seal } = this.parts;
    let events = await this.eventsOf(places);
    const unlanded = places.filter((_, i) => events[i] === undefined);
    if (unlanded.length > 0) {
      await claims.settleAbout({ streams: [], events: unlanded.map(({ eventId }) => eventId) });
      events = await this.eventsOf(places);
    }
    const found = places.flatMap(({ owner }, i) => {
      const event = events[i];
      const part = event?.parts[0];
      return event && part ? [{ event, owner, part }] : [];
    });
    const opened = await vault.open(found.map(({ event, owner, part }) => ({ eventId: event.id, owner, part })));
    return found.map(({ event }, i) => {
      const told = opened[i];
      if (!told || 'code' in told || typeof told.value !== 'string') {
        throw new RestrictedUnreadable(`a restricted record does not open: ${told && 'code' in told ? told.code : ''}`);
      }
      const entry = readRestricted(seal.open({ stream: event.stream, event: event.id }, told.value));
      return { id: event.id, at: event.at, entry };
    });
  }

  private eventsOf(places: readonly RestrictedPlace[]): Promise<(Recorded | undefined)[]> {
    return Promise.all(
      places.map(async ({ owner, eventId }) => {
        for await (const { bytes } of this.parts.store.readStream(owner)) {
          const event = catalogue.readStored(bytes);
          return event.id === eventId ? event : undefined;
        }
        return undefined;
      }),
    );
  }
}

function holdingOf({ id, at, entry }: RestrictedRecord): RestrictedRecord | null {
  if (entry.kind === 'lift') return { id, at, entry: { kind: 'lift', by: '', hold: entry.hold } };
  if (entry.kind === 'gone') return { id, at, entry };
  if (entry.kind !== 'hold') return null;
  const { kind, subject, ground, categories, until } = entry;
  return {
    id,
    at,
    entry: { kind, by: '', subject, ground, ...(categories && { categories }), ...(until !== undefined && { until }) },
  };
}
