// What of a person is shown to whoever proved a part of who she is, or may see what a representative's authority names?
import { historyOf, narrowed, openedEvents, type Dossier, type Opens } from '@derbes/domain';
import { type Lens } from '../read/dossier-maker.js';
import { type Person } from '../read/person.js';
import { type Readers } from '../read/readers.js';

export interface Seen {
  /** With the events alone that may be told. */
  readonly person: Person;
  readonly lens: Lens;
}

export function seenBy(opens: Opens, person: Person, readers: Readers): Seen {
  const told = openedEvents(opens, person.history.fold);
  const streams = person.streams.map((stream) => stream.filter(told));
  const all = opens.what === 'everything';
  const events = new Set(streams.flatMap((stream) => stream.map(({ id }) => id)));
  const scope = {
    ...(opens.categories && { categories: opens.categories }),
    ...(opens.purposes && { purposes: opens.purposes }),
  };
  const schemeCategory = (scheme: string): string | undefined => {
    const edition = readers.registers.editionAt(person.moments.asOf);
    const declared = edition === undefined ? undefined : readers.registers.edition(edition)?.declared;
    return declared?.identifier(scheme)?.category;
  };
  return {
    person: opens.what === 'links' ? { ...person, streams, history: historyOf(streams, person.moments) } : person,
    lens: {
      // A value in what was told of others is under no identifier of hers.
      part: ({ event }) => all || opens.what === 'scope' || events.has(event),
      dossier: (dossier: Dossier) => (opens.what === 'scope' ? narrowed(dossier, scope, schemeCategory) : dossier),
    },
  };
}
