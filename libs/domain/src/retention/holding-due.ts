// When must what one holder holds of a category go, in which manner, and does anybody have to decide it?
import { type DeclaredPolicy, type RetentionAct } from '@derbes/policy';
import { type Documents } from '../case.js';
import { type Consent } from '../consent.js';
import { coverages } from '../consent-coverage.js';
import { holdsOn, type Hold } from '../erasure-state.js';
import { blockOf, means, type Block, type Holding } from '../holding.js';
import { type SubjectState } from '../subject-state.js';
import { consentEnd } from './consent-end.js';
import { type StayEnd } from './ends.js';
import { holdingName, type RetentionDecision } from './state.js';
import { speaksOf, statutoryTerm } from './statutory.js';
import { staysOf, type Stay } from './stay.js';

/** What a law keeps here, by a row of the edition. */
export interface KeptByLaw {
  readonly row: string;
  readonly until?: string;
  readonly act?: string;
  readonly article?: string;
}

export interface HoldingDue {
  readonly holding: Holding;
  /** By which it is reckoned: the edition that the last collecting fact names; absent where it names none that is there. */
  readonly policy?: DeclaredPolicy;
  /** Purpose by purpose; empty where no edition is named. */
  readonly stays: readonly Stay[];
  /** From when on it may not be held any more: when the last of its purposes is over and no confirmed row of law keeps it. */
  readonly due?: string;
  /** What was over last. */
  readonly by?: StayEnd;
  /** What the rules of its purposes say becomes of it: the most thorough, where they differ. */
  readonly act?: RetentionAct;
  /** The rules of all its purposes say that nobody has to be asked, and no row is left that nobody confirmed. */
  readonly byItself: boolean;
  /** Rows that a lawyer confirmed; what they keep in one holder keeps nothing in another. */
  readonly kept: readonly KeptByLaw[];
  /** Rows that nobody confirmed, and that would keep it longer: a machine neither keeps nor destroys by them. */
  readonly undecided: readonly string[];
  /** That it goes was decided when it was due as it is due now. */
  readonly ordered?: RetentionDecision;
}

/** What keeps a holding from going although it is due: it waits, however long. */
export interface Stopping {
  readonly block?: Block;
  readonly holds: readonly Hold[];
}

/** All that is held and has not ended. */
export const duesOf = (state: SubjectState, documents: Documents): HoldingDue[] =>
  [...state.holdings.current.values()]
    .filter(({ end }) => end === undefined)
    .map((holding) => holdingDue(holding, state, documents));

export function holdingDue(holding: Holding, state: SubjectState, documents: Documents): HoldingDue {
  const policy = holding.edition === undefined ? undefined : documents.policy(holding.edition);
  if (!policy) return { holding, stays: [], byItself: false, kept: [], undecided: [] };
  const stays = staysOf(holding, state.relations, policy).map((stay) => byConsent(stay, holding, state, documents));
  const last = lastOf(stays);
  const rows = rowsOf(holding, state, policy);
  const decision = state.retention.decisions.get(holdingName(holding));
  const due = last?.due === undefined ? undefined : lastMoment(last.due, rows.kept, decision);
  const undecided = due === undefined ? [] : rows.unconfirmed.filter(({ until }) => until === undefined || until > due);
  const act = actOf(stays);
  const all = stays.length > 0 && stays.every(({ rule }) => rule?.byItself === true);
  return {
    holding,
    policy,
    stays,
    ...(due !== undefined && { due, by: due === last?.due ? last.by : 'term-over' }),
    ...(act && { act }),
    byItself: all && act !== undefined && act !== 'anonymise' && undecided.length === 0,
    kept: rows.kept,
    undecided: undecided.map(({ row }) => row),
    ...(due !== undefined && decision?.outcome === 'carried-out' && decision.due >= due && { ordered: decision }),
  };
}

export const stoppedBy = ({ category, holder }: Holding, state: SubjectState, at: string): Stopping => {
  const block = blockOf(state.holdings, category, holder);
  return { ...(block && { block }), holds: holdsOn(state.erasures, category, at) };
};

/** Sorts behind every moment: a hold that names no end. */
const never = '9999-12-31T23:59:59Z';

/** Until when holds keep a category, those that are lifted left aside; whoever asks later compares it with the moment. */
export function heldUntil(category: string, { erasures }: SubjectState): string | undefined {
  let last: string | undefined;
  for (const { lifted, categories, until = never } of erasures.holds.values()) {
    const covers = !lifted && (!categories || categories.some((named) => means(named, category)));
    if (covers && (last === undefined || until > last)) last = until;
  }
  return last;
}

/** The stay that is over last; undefined while one of them has no end yet. */
function lastOf(stays: readonly Stay[]): (Stay & { readonly by: StayEnd }) | undefined {
  let last: (Stay & { readonly by: StayEnd }) | undefined;
  for (const stay of stays) {
    if (stay.due === undefined || stay.by === undefined) return undefined;
    if (last?.due === undefined || stay.due > last.due) last = { ...stay, by: stay.by };
  }
  return last;
}

/** With what a confirmed row keeps, and what was decided to be kept; undefined while nobody can tell how long that is. */
function lastMoment(
  due: string,
  kept: readonly KeptByLaw[],
  decision: RetentionDecision | undefined,
): string | undefined {
  let last = due;
  for (const { until } of kept) {
    if (until === undefined) return undefined;
    if (until > last) last = until;
  }
  const decided = decision?.outcome === 'kept' ? decision.until : undefined;
  return decided !== undefined && decided > last ? decided : last;
}

function rowsOf(
  { category, holder }: Holding,
  { relations }: SubjectState,
  policy: DeclaredPolicy,
): { readonly kept: KeptByLaw[]; readonly unconfirmed: KeptByLaw[] } {
  const kept: KeptByLaw[] = [];
  const unconfirmed: KeptByLaw[] = [];
  for (const row of policy.statutoryRetention(category)) {
    const term = speaksOf(row, holder) ? statutoryTerm(row, relations) : undefined;
    if (!term) continue;
    const { code, confirmed, act, article } = row;
    const named = { ...(act !== undefined && { act }), ...(article !== undefined && { article }) };
    (confirmed ? kept : unconfirmed).push({ row: code, ...term, ...named });
  }
  return { kept, unconfirmed };
}

/** From the least thorough up. */
const thoroughness: readonly RetentionAct[] = ['anonymise', 'delete', 'destroy'];

function actOf(stays: readonly Stay[]): RetentionAct | undefined {
  const acts = stays.flatMap(({ rule }) => rule?.act ?? []);
  return thoroughness.findLast((act) => acts.includes(act));
}

const atAnyTime = '9999-12-31T23:59:59Z';

/** What is held by consent alone is over for a purpose when the last consent to it is, if that is earlier (Art. 8(5), 12(2)). */
function byConsent(stay: Stay, holding: Holding, state: SubjectState, documents: Documents): Stay {
  const ends = consentEndsOf(stay.purpose, holding, state, documents);
  const last = ends?.sort().at(-1);
  if (last === undefined || (stay.due !== undefined && stay.due <= last)) return stay;
  return { ...stay, started: last, due: last, by: 'consent-over' };
}

/** When each of the consents ends that cover it; undefined where something else than consents carries it, or one has no end yet. */
function consentEndsOf(
  purpose: string,
  holding: Holding,
  state: SubjectState,
  documents: Documents,
): string[] | undefined {
  const { bases, category, edition } = holding;
  if (bases.length === 0 || state.consents.given.size === 0) return undefined;
  const policy = edition === undefined ? undefined : documents.policy(edition);
  if (!bases.every(({ code }) => code === 'consent' || policy?.basis(code)?.covers.includes('consent')))
    return undefined;
  const shown = (consent: Consent) => consent.shown && documents.policy(consent.shown.edition);
  const covering = coverages(state, { category, purpose, moment: atAnyTime }, shown).filter(
    ({ lacks, withdrawn }) => withdrawn === undefined && lacks.every((lack) => lack === 'term'),
  );
  const ends = covering.map(({ consent }) => consentEnd(consent, state.relations)?.due);
  return ends.every((end) => end !== undefined) ? ends : undefined;
}
