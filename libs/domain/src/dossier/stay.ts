// How long does data stay for one purpose, and what ends it? By the edition that the collecting fact names.
import { type DeclaredPolicy, type Relation } from '@derbes/policy';
import { addDuration } from '../retention/duration.js';
import { ruleClock, type Bond, type RuleClock } from '../retention/rule-clock.js';
import { mark, ofType, type EventOf, type History } from './known.js';
import {
  type ConsentLine,
  type Mark,
  type RelationLine,
  type Since,
  type StatutoryLine,
  type StayLine,
} from './shape.js';

/** The relations of the person with their ends, in order. */
export function relationLines({ counted }: History): readonly RelationLine[] {
  const ended = new Map<string, EventOf<'RelationEnded'>>();
  for (const event of ofType(counted, 'RelationEnded')) {
    if (!ended.has(event.facts.relation)) ended.set(event.facts.relation, event);
  }
  return ofType(counted, 'RelationStarted').map((event) => {
    const end = ended.get(event.id);
    return { ...mark(event), kind: event.facts.kind, ...(end && { ended: mark(end) }) };
  });
}

export interface StayQuestion {
  readonly purpose: string;
  readonly category: string;
  readonly since: Since;
  /** SHA-256 that the latest collecting fact of this purpose names, and the edition itself. */
  readonly document: string | undefined;
  readonly edition: DeclaredPolicy | undefined;
  readonly relations: readonly RelationLine[];
  readonly obligations: readonly Bond[];
  /** When the purpose was said to be reached. */
  readonly reached: Mark | undefined;
  readonly consent: ConsentLine | undefined;
}

/** A rule without a relation or event to start its clock starts with the end of the purpose itself. */
export function stayOf(question: StayQuestion): StayLine {
  const { edition, document, relations, reached, consent, since } = question;
  const rule = edition?.retention(question.purpose, question.category);
  const named = document !== undefined && edition ? { edition: document } : {};
  const term = consent?.items.term;
  const byConsent = consent && term ? { consent: { event: consent.event, ...term } } : {};
  const review = edition?.reviewEvery === undefined ? undefined : addDuration(since.moment, edition.reviewEvery);
  const reviewed = review === undefined ? {} : { review };
  if (!rule) return { until: 'not-set', ...named, ...reviewed, ...byConsent };

  const relation = rule.relation && clockOf(rule.relation, relations, since.moment);
  const obligation =
    rule.obligation === undefined ? undefined : ruleClock(rule.obligation, question.obligations, since.moment);
  const started = reached?.moment ?? relation?.ended?.moment ?? obligation?.last?.ended;
  const due = started === undefined ? undefined : rule.term ? addDuration(started, rule.term) : started;
  const unset = rule.until === 'term' && rule.term === undefined;
  return {
    until: unset ? 'not-set' : rule.until,
    ...named,
    clause: rule.clause,
    ...(relation && { relation }),
    ...(obligation && { obligation: obligationLine(rule.obligation ?? '', obligation) }),
    ...(rule.event && { event: rule.event }),
    ...(rule.term && { term: rule.term }),
    ...(due !== undefined && !unset && { due }),
    ...(unset && reviewed),
    ...byConsent,
  };
}

/** The clock runs once no relation of the kind is open: from the end of the last one, if that is not older than the holding. */
function clockOf(kind: Relation, relations: readonly RelationLine[], since: string): NonNullable<StayLine['relation']> {
  const { open, last } = ruleClock(
    kind,
    relations.map((line) => ({ ...line, ended: line.ended?.moment, end: line.ended })),
    since,
  );
  return { kind, open: open.map(({ event }) => event), ...(last?.end && { ended: last.end }) };
}

const obligationLine = (kind: string, { open, last }: RuleClock): NonNullable<StayLine['obligation']> => ({
  kind,
  open: open.map(({ event }) => event),
  ...(last?.ended !== undefined && { ended: last.ended }),
});

/** Keeping that a law demands, by the edition; an unconfirmed row binds nothing and says so. */
export const statutoryLines = (category: string, edition: DeclaredPolicy | undefined): readonly StatutoryLine[] =>
  (edition?.statutoryRetention(category) ?? []).map(({ code, confirmed, act, article, document, term, clause }) => ({
    code,
    confirmed,
    ...(act && { act }),
    ...(article && { article }),
    ...(document && { document }),
    ...(term && { term }),
    clause,
  }));
