// What became of one order to destroy? From the events of the person's streams alone; how it became final is handed in.
import { entriesOf, type EntryOf, type SubjectFold } from '@derbes/domain';
import { elsewhereOf, isConfirmedBy } from './certificate-elsewhere.js';
import { destructionGround, type DeclaredPolicy, type Profile } from '@derbes/policy';
import { type CertificateView, type FinalLine } from './certificate-view.js';
import { articleOf, keptLines } from './kept-lines.js';

type Ordered = EntryOf<'ErasureOrdered'>;
type Narrowed = EntryOf<'ErasureNarrowed'>;
type Refused = EntryOf<'ErasureRefused'>;
type Executed = EntryOf<'ErasureExecuted'>;

/** All that one order, or refusal, made. */
export interface Course {
  readonly order: string;
  readonly demanded?: Ordered | Refused;
  readonly narrowed: readonly Narrowed[];
  readonly executed: readonly Executed[];
}

/** Undefined where no event of the person orders, refuses or answers a destruction under this id. */
export function courseOf(order: string, fold: SubjectFold): Course | undefined {
  const demanded = [...entriesOf(fold, 'ErasureOrdered'), ...entriesOf(fold, 'ErasureRefused')].find(
    ({ id }) => id === order,
  );
  const executed = entriesOf(fold, 'ErasureExecuted').filter(({ facts }) => facts.order === order);
  if (!demanded && executed.length === 0) return undefined;
  const narrowed = entriesOf(fold, 'ErasureNarrowed').filter(({ facts }) => facts.order === order);
  return { order, executed, narrowed, ...(demanded && { demanded }) };
}

export interface CertificateSources {
  readonly course: Course;
  readonly subject: string;
  /** Of all who are the same person. */
  readonly fold: SubjectFold;
  readonly issued: string;
  readonly final: FinalLine | undefined;
  readonly policy: DeclaredPolicy | undefined;
  readonly profile: Profile | undefined;
}

type Certificate = Omit<CertificateView, 'controller' | 'log' | 'wording'>;

export function certificateOf(sources: CertificateSources): Certificate {
  const { course, subject, fold, issued, final, policy, profile } = sources;
  const { demanded, narrowed, executed } = course;
  const [first] = executed;
  const last = executed.find(({ facts }) => facts.more === undefined);
  const refused = demanded?.type === 'ErasureRefused';
  const kept = keptLines(refused ? demanded.facts.kept : narrowed.flatMap(({ facts }) => facts.kept), policy, profile);
  const scope = demanded?.facts.scope ?? first?.facts.scope ?? 'value';
  const going = refused ? { categories: [], values: [] } : goingOf(course);
  const at = demanded?.occurred ?? first?.facts.ordered ?? issued;
  const elsewhere = refused
    ? { holders: [], recipients: [] }
    : elsewhereOf(fold, { order: course.order, scope, categories: going.categories, at }, issued);
  const everybody = [...elsewhere.holders, ...elsewhere.recipients];
  return {
    number: course.order,
    subject,
    issued,
    state: refused ? 'refused' : final ? 'final' : last ? 'executed' : 'ordered',
    cause: first?.facts.cause ?? 'erasure',
    scope,
    ...askedOf(demanded, narrowed),
    ...(demanded && { ground: groundOf(demanded, profile) }),
    decided: demanded?.type === 'ErasureOrdered' ? (demanded.facts.decided ?? []) : [],
    ...going,
    ...(!refused && { ordered: { moment: at, event: course.order } }),
    ...(last && { executed: { moment: last.occurred, event: last.id, destroyed: destroyedBy(executed) } }),
    ...(final && { final }),
    everywhere: everybody.length === 0 ? 'nobody-to-ask' : everybody.every(isConfirmedBy) ? 'confirmed' : 'not-yet',
    ...elsewhere,
    kept,
    remains: remainsOf(policy, profile),
    ...(demanded?.type === 'ErasureOrdered' && demanded.facts.under !== undefined && { under: demanded.facts.under }),
    events: distinct([
      course.order,
      ...narrowed.map(({ id }) => id),
      ...executed.map(({ id }) => id),
      ...(final ? [final.closed, ...final.custodians.map(({ event }) => event)] : []),
      ...everybody.flatMap(({ told, answered, confirmed }) => [told, answered, confirmed].map((one) => one?.event)),
      ...kept.map(({ event }) => event),
    ]),
  };
}

const distinct = (items: readonly (string | undefined)[]): string[] => [
  ...new Set(items.filter((item) => item !== undefined)),
];
function askedOf(demanded: Course['demanded'], narrowed: readonly Narrowed[]): Pick<Certificate, 'asked'> {
  const asked = demanded?.type === 'ErasureRefused' ? demanded : narrowed[0];
  return asked ? { asked: { scope: asked.facts.scope, categories: asked.facts.categories ?? [] } } : {};
}

function groundOf({ facts }: Ordered | Refused, profile: Profile | undefined): NonNullable<Certificate['ground']> {
  const row = profile && destructionGround(profile, facts.ground);
  const article = ('act' in facts ? articleOf(facts) : undefined) ?? row?.article;
  return { code: facts.ground, ...(row && { label: row.label }), ...(article !== undefined && { article }) };
}

function goingOf({ demanded, executed }: Course): Pick<Certificate, 'categories' | 'values'> {
  const named = demanded?.type === 'ErasureOrdered' ? [demanded, ...executed] : executed;
  return {
    categories: distinct(named.flatMap(({ facts }) => facts.categories ?? [])),
    // An execution of a category names the values that went with it; the order of single values is these values.
    values: distinct(named.filter(({ facts }) => facts.scope === 'value').flatMap(({ facts }) => facts.parts ?? [])),
  };
}

function destroyedBy(executed: readonly Executed[]) {
  const sum = (of: 'parts' | 'keys' | 'tokens') =>
    executed.reduce((all, { facts }) => all + Number(facts.destroyed[of]), 0);
  return { values: sum('parts'), keys: sum('keys'), identifiers: sum('tokens') };
}

function remainsOf(policy: DeclaredPolicy | undefined, profile: Profile | undefined): Certificate['remains'] {
  const article = profile?.destruction?.remains.article;
  const rule = policy?.policy.retention.rules.find(({ purpose }) => purpose === 'accountability');
  return {
    what: 'proof-records',
    purpose: 'accountability',
    anonymous: false,
    ...(article !== undefined && { article }),
    ...(rule && 'term' in rule && rule.term !== undefined && { term: rule.term }),
  };
}
