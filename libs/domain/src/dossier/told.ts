// Which events told of a holding, of a category? Sorted once per dossier, so that no section searches the whole history for each line.
import { type SubjectEvent } from '../catalogue.js';
import { type Holding } from '../holding.js';
import { ofType, type EventOf, type History } from './known.js';

export type Collecting = EventOf<'DataCollected'> | EventOf<'DataDeclared'>;
type Correcting = EventOf<'DataCorrected'>;
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
  private readonly byId = new Map<string, SubjectEvent>();
  private readonly editions = new Map<string, string>();

  constructor({ counted }: History) {
    for (const event of counted) {
      this.byId.set(event.id, event);
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
