// What is held, category by category: where, since when, for what, from where, how long?
import { blockOf, type Holding } from '../holding.js';
import { ledgerHolder } from '../registers.js';
import { basisLine, type DossierContext } from './context.js';
import { mark, ofType, type EventOf } from './known.js';
import {
  type CategoryLine,
  type ConsentLine,
  type EndedHolding,
  type HoldingLine,
  type Mark,
  type OriginLine,
  type PurposeLine,
  type RelationLine,
  type ValueLine,
} from './shape.js';
import { statutoryLines, stayOf } from './stay.js';
import { valuesByCategory } from './values.js';

type Collecting = EventOf<'DataCollected'> | EventOf<'DataDeclared'>;
type Consents = ReadonlyMap<string, ConsentLine>;

/** The categories that are or were held, by code. */
export function categoryLines(
  context: DossierContext,
  consents: Consents,
  relations: readonly RelationLine[],
): readonly CategoryLine[] {
  const { holdings } = context.history.fold.state;
  const values = valuesByCategory(context);
  const standing = [...holdings.current.values()].filter(({ end }) => !end);
  const ended = [...holdings.past, ...holdings.current.values()].filter(({ end }) => end);
  const codes = new Set([...values.keys(), ...standing.map(categoryOf), ...ended.map(categoryOf)]);
  return [...codes].sort().map((category) => {
    const held = standing
      .filter((holding) => holding.category === category)
      .map((holding) => {
        const blocked = blockOf(holdings, category, holding.holder);
        const line = holdingLine(context, holding, consents, relations);
        return blocked
          ? { ...line, blocked: { moment: blocked.since, event: blocked.event, ground: blocked.ground } }
          : line;
      });
    return categoryLine(context, category, values.get(category) ?? [], held, ended.filter(isOf(category)));
  });
}

const categoryOf = ({ category }: Holding): string => category;
const isOf = (category: string) => (holding: Holding) => holding.category === category;

function categoryLine(
  { registers, history, moments }: DossierContext,
  category: string,
  values: readonly ValueLine[],
  holdings: readonly HoldingLine[],
  ended: readonly Holding[],
): CategoryLine {
  const named = history.counted.findLast(
    (event) => event.edition !== undefined && 'categories' in event.facts && event.facts.categories.includes(category),
  )?.edition;
  const edition = registers.edition(named ?? registers.inForce(moments.asOf)?.document);
  const entry = edition?.category(category);
  const events = new Set(values.map(({ part }) => part.event));
  const sealed = history.counted.filter((event) => events.has(event.id));
  const since = sealed.map(({ at }) => at).sort()[0];
  return {
    category,
    declared: entry !== undefined,
    ...(entry && { clause: entry.clause }),
    holders: [...new Set([...holdings.map(({ holder }) => holder), ...(since ? [ledgerHolder] : [])])],
    values,
    holdings,
    ...(since && { ledger: { moment: since, events: [...events] } }),
    ended: ended.flatMap(endedLine),
    statutory: statutoryLines(category, edition),
  };
}

function holdingLine(
  context: DossierContext,
  holding: Holding,
  consents: Consents,
  relations: readonly RelationLine[],
): HoldingLine {
  const { history, registers, moments } = context;
  const collecting = collectingOf(history.counted.slice(indexOf(context, holding.began)), holding);
  const corrections = ofType(history.counted, 'DataCorrected').filter(
    ({ facts, occurred }) =>
      facts.categories.includes(holding.category) &&
      facts.holder === holding.holder &&
      facts.role === holding.role &&
      occurred >= holding.since.moment,
  );
  const copy = collecting.find(({ facts }) => facts.documentCopy);
  return {
    holder: holding.holder,
    countries: registers.countriesOf(holding.holder, moments.asOf),
    role: holding.role,
    capacity: holding.capacity,
    ...(holding.for && { for: holding.for }),
    since: { ...holding.since, event: sinceEvent(collecting, holding) },
    origins: originLines(context, collecting),
    purposes: purposeLines(context, collecting, holding, consents, relations),
    ...(copy && { documentCopy: copy.id }),
    events: [...collecting, ...corrections].map(({ id }) => id),
  };
}

const indexOf = ({ history }: DossierContext, event: string): number =>
  Math.max(
    0,
    history.counted.findIndex(({ id }) => id === event),
  );

const collectingOf = (events: DossierContext['history']['counted'], holding: Holding): Collecting[] =>
  events.filter(
    (event): event is Collecting =>
      (event.type === 'DataCollected' || event.type === 'DataDeclared') &&
      event.facts.categories.includes(holding.category) &&
      event.facts.holder === holding.holder &&
      event.facts.role === holding.role &&
      event.facts.capacity === holding.capacity &&
      event.facts.for === holding.for,
  );

const sinceOf = (event: Collecting): string =>
  event.type === 'DataDeclared' ? event.facts.since.moment : event.occurred;
const sinceEvent = (collecting: readonly Collecting[], { since, began }: Holding): string =>
  collecting.find((event) => sinceOf(event) === since.moment)?.id ?? began;

function originLines({ parts }: DossierContext, collecting: readonly Collecting[]): readonly OriginLine[] {
  const lines = new Map<string, OriginLine>();
  for (const event of collecting) {
    const { origin, country } = event.facts;
    const linkPart = parts.meta(event.id, 'meta.source-link');
    const line = { ...origin, ...(country && { country }), ...(event.source && { source: event.source }) };
    // The same way told again adds nothing but another event; a link is a place of its own.
    const key = Object.entries(line).join('|') + (linkPart?.event ?? '');
    if (!lines.has(key)) lines.set(key, { ...mark(event), ...line, ...(linkPart && { linkPart }) });
  }
  return [...lines.values()];
}

function purposeLines(
  { history, registers }: DossierContext,
  collecting: readonly Collecting[],
  holding: Holding,
  consents: Consents,
  relations: readonly RelationLine[],
): readonly PurposeLine[] {
  const ended = ofType(history.counted, 'PurposeEnded');
  return holding.purposes.map(({ code: purpose, since, ended: reachedAt }) => {
    const events = collecting.filter(({ facts, occurred }) => facts.purposes.includes(purpose) && occurred >= since);
    const latest = events.at(-1);
    const edition = registers.edition(latest?.edition);
    const by = ended.find(({ facts, occurred }) => facts.purpose === purpose && occurred === reachedAt);
    const reached: Mark | undefined = by && mark(by);
    const bases = events.map((event) => basisLine(event.facts.basis, event, registers, consents));
    const consent = bases.findLast((basis) => basis.consent)?.consent?.event;
    const entry = edition?.purpose(purpose);
    return {
      purpose,
      declared: entry !== undefined,
      ...(entry && { clause: entry.clause }),
      bases: distinctBases(bases),
      ...(reached && { reached }),
      stay: stayOf({
        purpose,
        category: holding.category,
        since: { ...holding.since, event: sinceEvent(collecting, holding) },
        document: latest?.edition,
        edition,
        relations,
        reached,
        consent: consent === undefined ? undefined : consents.get(consent),
      }),
      events: events.map(({ id }) => id),
    };
  });
}

/** One line per ground: the same ground told again is no other ground. */
export function distinctBases<B extends PurposeLine['bases'][number]>(bases: readonly B[]): readonly B[] {
  const seen = new Map<string, B>();
  for (const basis of bases) {
    const key = [basis.code, basis.article, basis.verdict, basis.consent?.event].join('|');
    if (!seen.has(key)) seen.set(key, basis);
  }
  return [...seen.values()];
}

function endedLine(holding: Holding): EndedHolding[] {
  const { holder, role, capacity, since, began, end } = holding;
  return end ? [{ ...end, holder, role, capacity, since: { ...since, event: began } }] : [];
}
