// Which events told of a holding, of a category? Sorted once per dossier, so that no section searches the whole history for each line.
import { type SubjectEvent } from '../catalogue.js';
import { type Holding } from '../holding.js';
import { ofType, type EventOf, type History } from './known.js';

export type Collecting = EventOf<'DataCollected'> | EventOf<'DataDeclared'>;
type Correcting = EventOf<'DataCorrected'>;
type Unpublishing = EventOf<'DataUnpublished'>;
type Place = Pick<Holding, 'category' | 'holder' | 'role'>;

const placeKey = ({ category, holder, role }: Place): string => `${category}|${holder}|${role}`;
const holdingKey = (holding: Place & Pick<Holding, 'capacity' | 'for'>): string =>
  `${placeKey(holding)}|${holding.capacity}|${holding.for ?? ''}`;

function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

export class Told {
  private readonly collecting = new Map<string, Collecting[]>();
  private readonly corrections = new Map<string, Correcting[]>();
  private readonly unpublishing = new Map<string, Unpublishing[]>();
  private readonly order = new Map<string, number>();
  private readonly byId = new Map<string, SubjectEvent>();
  private readonly editions = new Map<string, string>();

  constructor({ counted }: History) {
    for (const event of counted) {
      this.order.set(event.id, this.order.size);
      this.byId.set(event.id, event);
      if (event.type === 'DataUnpublished') this.addUnpublishing(event);
      if (!('categories' in event.facts)) continue;
      for (const category of event.facts.categories) {
        if (event.edition !== undefined) this.editions.set(category, event.edition);
        if (event.type === 'DataCollected' || event.type === 'DataDeclared') {
          add(this.collecting, holdingKey({ category, ...event.facts }), event);
        } else if (event.type === 'DataCorrected') add(this.corrections, placeKey({ category, ...event.facts }), event);
      }
    }
  }

  event(id: string): SubjectEvent | undefined {
    return this.byId.get(id);
  }

  /** The edition that the last fact naming the category names. */
  editionOf(category: string): string | undefined {
    return this.editions.get(category);
  }

  /** What collected into a holding since it began. */
  into(holding: Holding): readonly Collecting[] {
    const events = this.collecting.get(holdingKey(holding)) ?? [];
    const began = events.findIndex(({ id }) => id === holding.began);
    return began > 0 ? events.slice(began) : events;
  }

  /** What first took a publication down: an end that names it, or one of the same place and of all its categories. */
  endOf({ id, occurred, facts }: EventOf<'DataPublished'>): Unpublishing | undefined {
    const [category = ''] = facts.categories;
    const named = this.unpublishing.get(id)?.find((end) => end.occurred >= occurred);
    const there = this.unpublishing
      .get(`${facts.place}|${category}`)
      ?.find(
        (end) => end.occurred >= occurred && facts.categories.every((code) => end.facts.categories.includes(code)),
      );
    if (!named || !there) return named ?? there;
    return this.placeOf(named) < this.placeOf(there) ? named : there;
  }

  private placeOf({ id }: Unpublishing): number {
    return this.order.get(id) ?? Infinity;
  }

  private addUnpublishing(event: Unpublishing): void {
    const { publication, place, categories } = event.facts;
    if (publication !== undefined) return add(this.unpublishing, publication, event);
    for (const category of categories) add(this.unpublishing, `${place}|${category}`, event);
  }

  /** What corrected data of a holding since it is held. */
  correcting(holding: Holding): readonly Correcting[] {
    const events = this.corrections.get(placeKey(holding)) ?? [];
    return events.filter(({ occurred }) => occurred >= holding.since.moment);
  }
}

/** Which event ended each purpose at which moment. */
export function endedPurposes({ counted }: History): ReadonlyMap<string, EventOf<'PurposeEnded'>> {
  const ended = new Map<string, EventOf<'PurposeEnded'>>();
  for (const event of ofType(counted, 'PurposeEnded')) {
    const key = `${event.facts.purpose}|${event.occurred}`;
    if (!ended.has(key)) ended.set(key, event);
  }
  return ended;
}
