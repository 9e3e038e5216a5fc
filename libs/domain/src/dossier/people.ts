// Who may act for the person as of the moment asked about, who contradicts whom, and what was said of her age and capacity?
import { conflictsAt, scopeOf, type Conflict } from '../person/authority.js';
import { type Representation } from '../person/person-state.js';
import { type DossierContext } from './context.js';
import { ofType } from './known.js';
import { type RepresentativeLine, type StatusLine } from './people-shape.js';
import { type PartRef } from './shape.js';

/** In the order in which they were recognised, those that are over among them. */
export function representativeLines({ history, moments }: DossierContext): readonly RepresentativeLine[] {
  const { person, consents } = history.fold.state;
  if (person.representations.size === 0) return [];
  const conflicts = conflictsAt(person, consents, moments.asOf);
  const names = namesOf(history.counted);
  return [...person.representations.values()].map((one) => {
    const { event, recognised, kind, from, until, scope, exclusive, document, ended } = one;
    const standing = scopeOf({ person, consents }, event, moments.asOf)?.standing ?? 'ended';
    const name = names.get(event);
    const article = lawOf(one);
    return {
      moment: recognised,
      event,
      ...(name && { name }),
      kind,
      standing,
      from,
      ...(until !== undefined && { until }),
      ...(scope && { scope }),
      exclusive,
      document,
      ...(article !== undefined && { article }),
      ...(ended && { ended: { moment: ended.moment, event: ended.event, ground: ended.ground } }),
      against: conflicts.flatMap((conflict) => contradicting(event, conflict)),
    };
  });
}

const contradicting = (event: string, { between, why, acts }: Conflict): RepresentativeLine['against'] =>
  between.includes(event) ? between.filter((one) => one !== event).map((other) => ({ event: other, why, acts })) : [];

/** The name is the first part that a recognition seals. */
function namesOf(counted: DossierContext['history']['counted']): ReadonlyMap<string, PartRef> {
  return new Map(
    ofType(counted, 'RepresentativeRecognised').flatMap(({ id, parts, facts }): [string, PartRef][] => {
      const owner = `representative-${facts.representative}`;
      const first = parts.find((part) => part.owner === owner);
      return first ? [[id, { event: id, p: first.p, owner }]] : [];
    }),
  );
}

const lawOf = ({ act, article }: Pick<Representation, 'act' | 'article'>): string | undefined =>
  act === undefined || article === undefined ? undefined : `${act}:${article}`;

/** In the order in which they count. */
export const statusLines = ({ history }: DossierContext): readonly StatusLine[] =>
  history.fold.state.person.statuses.map(({ event, status, since, turns, ofAge, document, act, article, renew }) => {
    const law = lawOf({ ...(act !== undefined && { act }), ...(article !== undefined && { article }) });
    return {
      moment: since,
      event,
      status,
      ...(turns && { turns }),
      ...(ofAge !== undefined && { ofAge }),
      ...(document && { document }),
      ...(law !== undefined && { article: law }),
      renew,
    };
  });
