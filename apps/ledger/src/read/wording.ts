// In which words does the policy speak of the codes in an answer? Labels in three languages and the text's own words.
import { type Dossier, type RegistersAt } from '@derbes/domain';
import { type DeclaredPolicy, type Labels, type Policy, type Profile } from '@derbes/policy';
import { type ControllerView, type Words, type Wording } from './dossier-view.js';

/** Names of fields that hold codes of each kind, wherever they stand in a dossier. */
const kinds: Readonly<Record<string, keyof Found>> = {
  category: 'categories',
  categories: 'categories',
  data: 'categories',
  purpose: 'purposes',
  purposes: 'purposes',
  class: 'classes',
  classes: 'classes',
};

interface Found {
  readonly categories: Set<string>;
  readonly purposes: Set<string>;
  readonly classes: Set<string>;
  readonly bases: Set<string>;
  readonly statutory: Set<string>;
}

interface FileEntry {
  readonly label: Labels;
  readonly quote?: string;
  readonly declared?: string;
}

type Index = Readonly<Record<keyof Found, ReadonlyMap<string, FileEntry & { readonly clause?: string }>>>;
const indexes = new WeakMap<DeclaredPolicy, Index>();

/**
 * The words for all codes in what is answered. `editions` in the order in which they are asked, the one in force first; of the
 * bases the profile's own words go first, for they are narrower than the policy's.
 */
export function wordingOf(
  said: Pick<Dossier, 'categories'> | object,
  editions: readonly DeclaredPolicy[],
  profile: Profile | undefined,
): Wording {
  const found: Found = {
    categories: new Set(),
    purposes: new Set(),
    classes: new Set(),
    bases: new Set(),
    statutory: new Set(),
  };
  collect(said, found);
  const words = (kind: keyof Found) =>
    Object.fromEntries(
      [...found[kind]].sort().flatMap((code): [string, Words][] => {
        const declared = wordsOf(kind, code, editions);
        const base = kind === 'bases' ? ofProfile(profile, code) : undefined;
        const spoken = base ? { ...declared, label: base.label } : declared;
        return spoken ? [[code, spoken]] : [];
      }),
    );
  const [first] = editions;
  const retention = first && retentionWords(first);
  return {
    language: first?.policy.edition.authoritative ?? 'ru',
    categories: words('categories'),
    purposes: words('purposes'),
    classes: words('classes'),
    bases: words('bases'),
    statutory: words('statutory'),
    rights: first ? rightsOf(first.policy) : [],
    acts: Object.fromEntries((profile?.acts ?? []).map(({ code, label }) => [code, label])),
    ...(retention && { retention }),
  };
}

/** The editions that a moment's answer may quote: the one in force first, then those that the events name, the newest first. */
export function editionsOf(registers: RegistersAt, asOf: string, named: Iterable<string>): DeclaredPolicy[] {
  const documents = new Set([registers.inForce(asOf)?.document, ...named]);
  return [...documents].flatMap((document) => registers.edition(document) ?? []);
}

export function controllerOf(policy: Policy): ControllerView {
  const { name, bin, address, contacts } = policy.controller;
  const about = contacts.filter((contact) => contact.for === 'personal-data');
  return { name, bin, address, contacts: (about.length > 0 ? about : contacts).map(({ value }) => value) };
}

/** A basis, or a ground on which data may leave the country. */
const ofProfile = (profile: Profile | undefined, code: string): { readonly label: Labels } | undefined =>
  profile?.bases.find((row) => row.code === code) ?? profile?.cross_border.find((row) => row.code === code);

function collect(value: unknown, found: Found, name?: string): void {
  if (typeof value === 'string') {
    const kind = name === undefined ? undefined : kinds[name];
    if (kind) found[kind].add(value);
  } else if (Array.isArray(value)) for (const item of value) collect(item, found, name);
  else if (typeof value === 'object' && value !== null) {
    const record = value as Readonly<Record<string, unknown>>;
    if (typeof record['verdict'] === 'string' && typeof record['code'] === 'string') found.bases.add(record['code']);
    if (name === 'basis' && typeof record['code'] === 'string') found.bases.add(record['code']);
    if (typeof record['ground'] === 'string') found.bases.add(record['ground']);
    if (typeof record['declaredBasis'] === 'string') found.bases.add(record['declaredBasis']);
    if (typeof record['confirmed'] === 'boolean') found.statutory.add(String(record['code']));
    for (const key in record) collect(record[key], found, key);
  }
}

function wordsOf(kind: keyof Found, code: string, editions: readonly DeclaredPolicy[]): Words | undefined {
  for (const edition of editions) {
    const entry = indexOf(edition)[kind].get(code);
    if (entry) return spokenBy(entry, edition.policy);
  }
  return undefined;
}

/** What the text does not say has no quote; what it says in the words of its label is quoted by the label. */
function spokenBy(entry: FileEntry & { readonly clause?: string }, policy: Policy): Words {
  const said = (entry.declared ?? 'text') === 'text';
  const quote = entry.quote ?? entry.label[policy.edition.authoritative];
  const { clause } = entry;
  return { label: entry.label, ...(said && clause && clause !== '-' && { clause, quote }) };
}

function indexOf(edition: DeclaredPolicy): Index {
  const standing = indexes.get(edition);
  if (standing) return standing;
  const { policy } = edition;
  const entries = <E extends FileEntry & { readonly code: string }>(
    list: readonly E[],
    clause: (code: string) => string | undefined,
  ) => new Map(list.map((entry) => [entry.code, withClause(entry, clause(entry.code))]));
  const categories = policy.categories.flatMap((group) => [
    group,
    ...group.items.flatMap((category) => [category, ...(category.items ?? [])]),
  ]);
  const index: Index = {
    categories: entries(categories, (code) => edition.category(code)?.clause),
    purposes: entries(policy.purposes, (code) => edition.purpose(code)?.clause),
    classes: entries(policy.recipients, (code) => edition.recipientClass(code)?.clause),
    bases: new Map(
      policy.bases.flatMap((basis) =>
        [basis.code, ...basis.covers].map((code) => [code, withClause(basis, edition.basis(code)?.clause)] as const),
      ),
    ),
    statutory: entries(policy.retention.statutory, () => undefined),
  };
  indexes.set(edition, index);
  return index;
}

const withClause = <E extends FileEntry>(entry: E, clause: string | undefined) => ({
  label: entry.label,
  ...(entry.quote && { quote: entry.quote }),
  ...(entry.declared && { declared: entry.declared }),
  ...(clause && { clause }),
});

function retentionWords(edition: DeclaredPolicy): Words {
  const { label, quote, clause = edition.sectionClause('retention') } = edition.policy.retention;
  return { label, clause, ...(quote && { quote }) };
}

const rightsOf = (policy: Policy): Wording['rights'] =>
  policy.rights.map((right) => ({
    ...spokenBy(withClause(right, right.clause), policy),
    articles: right.articles ?? [],
  }));
