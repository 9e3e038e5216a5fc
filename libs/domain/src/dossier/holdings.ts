// What is held, category by category: where, since when, for what, from where, how long?
import { blockOf, type Block, type Holding } from '../holding.js';
import { ledgerHolder } from '../registers.js';
import { basisLine, type DossierContext } from './context.js';
import { mark, type EventOf } from './known.js';
import {
  type BlockedLine,
  type CategoryLine,
  type ConsentLine,
  type EndedHolding,
  type HoldingLine,
  type LedgerWhy,
  type Mark,
  type OriginLine,
  type PurposeLine,
  type RelationLine,
  type ValueLine,
} from './shape.js';
import { statutoryLines, stayOf } from './stay.js';
import { endedPurposes, type Collecting } from './told.js';
import { obligationsOf } from '../retention/stay.js';
import { valuesByCategory } from './values.js';

type Consents = ReadonlyMap<string, ConsentLine>;

/** What every holding line looks into beside the history. */
interface Around {
  readonly consents: Consents;
  readonly relations: readonly RelationLine[];
  readonly reached: ReadonlyMap<string, EventOf<'PurposeEnded'>>;
}

const earliest = (moments: readonly string[]): string | undefined =>
  moments.reduce<string | undefined>(
    (first, moment) => (first === undefined || moment < first ? moment : first),
    undefined,
  );

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
  const reached = endedPurposes(context.history);
  const codes = new Set([...values.keys(), ...standing.map(categoryOf), ...ended.map(categoryOf)]);
  return [...codes].sort().map((category) => {
    const held = standing
      .filter((holding) => holding.category === category)
      .map((holding) => {
        const blocked = blockOf(holdings, category, holding.holder);
        const line = holdingLine(context, holding, { consents, relations, reached });
        return blocked ? { ...line, blocked: blockLine(blocked, holding) } : line;
      });
    return categoryLine(context, category, values.get(category) ?? [], held, ended.filter(isOf(category)));
  });
}

const categoryOf = ({ category }: Holding): string => category;
const isOf = (category: string) => (holding: Holding) => holding.category === category;

function categoryLine(
  { registers, told, moments }: DossierContext,
  category: string,
  values: readonly ValueLine[],
  holdings: readonly HoldingLine[],
  ended: readonly Holding[],
): CategoryLine {
  const edition = registers.edition(told.editionOf(category) ?? registers.inForce(moments.asOf)?.document);
  const entry = edition?.category(category);
  const events = new Set(values.map(({ part }) => part.event));
  const since = earliest([...events].flatMap((event) => told.event(event)?.at ?? []));
  return {
    category,
    declared: entry !== undefined,
    ...(entry && { clause: entry.clause }),
    holders: [...new Set([...holdings.map(({ holder }) => holder), ...(since ? [ledgerHolder] : [])])],
    values,
    holdings,
    ...(since && { ledger: { moment: since, events: [...events], why: whyInLedger(holdings, ended) } }),
    ended: ended.flatMap(endedLine),
    statutory: statutoryLines(category, edition),
  };
}

function whyInLedger(holdings: readonly HoldingLine[], ended: readonly Holding[]): LedgerWhy {
  if (holdings.length > 0) return 'as-holders';
  return ended.length > 0 ? 'left-over' : 'recognition';
}

function blockLine({ since: moment, event, ground, confirmed }: Block, { holder }: Holding): BlockedLine {
  const said = confirmed?.[holder];
  return { moment, event, ground, ...(said && { confirmed: said }) };
}

function holdingLine(context: DossierContext, holding: Holding, around: Around): HoldingLine {
  const { told, registers, moments } = context;
  const collecting = told.into(holding);
  const corrections = told.correcting(holding);
  const copy = collecting.find(({ facts }) => facts.documentCopy);
  return {
    holder: holding.holder,
    countries: registers.countriesOf(holding.holder, moments.asOf),
    role: holding.role,
    capacity: holding.capacity,
    ...(holding.for && { for: holding.for }),
    since: { ...holding.since, event: sinceEvent(collecting, holding) },
    origins: originLines(context, collecting),
    purposes: purposeLines(context, collecting, holding, around),
    ...(copy && { documentCopy: copy.id }),
    events: eventsOf([...collecting, ...corrections], holding),
  };
}

/** A correction that was taken over from another system is an answer to a task. */
const eventsOf = (told: readonly { readonly id: string }[], { corrected }: Holding): string[] => [
  ...new Set([...told.map(({ id }) => id), ...(corrected === undefined ? [] : [corrected])]),
];

const sinceOf = (event: Collecting): string =>
  event.type === 'DataDeclared' ? event.facts.since.moment : event.occurred;
const sinceEvent = (collecting: readonly Collecting[], { since, began }: Holding): string =>
  collecting.find((event) => sinceOf(event) === since.moment)?.id ?? began;

function originLines({ parts }: DossierContext, collecting: readonly Collecting[]): readonly OriginLine[] {
  const lines = new Map<string, OriginLine>();
  for (const event of collecting) {
    const { origin, country } = event.facts;
    const linkPart = parts.meta(event.id, 'meta.source-link');
    // The same way told again adds nothing but another event; a link is a place of its own.
    const key = `${JSON.stringify(origin)}|${country ?? ''}|${event.source ?? ''}|${linkPart?.event ?? ''}`;
    if (lines.has(key)) continue;
    const line = { ...origin, ...(country && { country }), ...(event.source && { source: event.source }) };
    lines.set(key, { ...mark(event), ...line, ...(linkPart && { linkPart }) });
  }
  return [...lines.values()];
}

function purposeLines(
  {
    registers,
    history: {
      fold: { state },
    },
  }: DossierContext,
  collecting: readonly Collecting[],
  holding: Holding,
  { consents, relations, reached: ended }: Around,
): readonly PurposeLine[] {
  return holding.purposes.map(({ code: purpose, since, ended: reachedAt }) => {
    const events = collecting.filter(({ facts, occurred }) => facts.purposes.includes(purpose) && occurred >= since);
    const latest = events.at(-1);
    const edition = registers.edition(latest?.edition);
    const by = ended.get(`${purpose}|${reachedAt ?? ''}`);
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
        obligations: obligationsOf(state.relations),
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
