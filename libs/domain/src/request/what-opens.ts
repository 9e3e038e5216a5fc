// What of a person may somebody see who showed this much of who she is? Control of an identifier opens what stands under it, no more.
import { type Entry, type EntryOf } from '../fact.js';
import { type SubjectFold } from '../subject-fold.js';
import { type Link } from '../subject.js';
import { type IdentityMethod, type Opens } from './events.js';

/** Something shown to the officer or to this service. `link`: the held identifier that it is about, found by its look-up. */
export interface Proof {
  readonly method: Exclude<IdentityMethod, 'representative'>;
  /** For everything but a signature and presence. */
  readonly link?: string;
  /** When it was shown. */
  readonly at: string;
}

export interface Opening {
  readonly opens: Opens;
  /** By which means more would be opened; empty when everything is. */
  readonly missing: readonly IdentityMethod[];
}

const controls: ReadonlySet<IdentityMethod> = new Set(['session', 'mailbox', 'line', 'device']);
const persons: ReadonlySet<IdentityMethod> = new Set(['signature', 'presence']);
const forMore: readonly IdentityMethod[] = ['second-identifier', 'signature', 'presence'];
const forAny: readonly IdentityMethod[] = ['mailbox', 'line', ...forMore];

interface Shown {
  readonly proof: Proof;
  readonly event: string;
  readonly link: Link;
}

/**
 * A mailbox that others use as well, a number that has changed hands and a device are no proof of a person. Beside one of those that
 * she controls now, a second identifier that was held before, a signature or presence opens everything. A device opens what is the
 * device's. Nothing that she shows is kept but the method.
 */
export function whatOpens(proofs: readonly Proof[], fold: SubjectFold): Opening {
  const isDevice = fold.state.identity.kind === 'device';
  if (!isDevice && proofs.some(({ method }) => persons.has(method))) return everything;
  const shown = proofs.flatMap((proof) => heldBy(proof, fold));
  const controlled = shown.filter(({ proof, link }) => controls.has(proof.method) && stands(link, proof.at));
  if (!isDevice && provesTogether(controlled, shown)) return everything;
  const links = controlled.filter(({ link }) => !isShared(link, fold)).map(({ event }) => event);
  if (links.length === 0) return { opens: { what: 'nothing' }, missing: isDevice ? ['device'] : forAny };
  return { opens: { what: 'links', links: [...new Set(links)].sort() }, missing: isDevice ? [] : forMore };
}

const everything: Opening = { opens: { what: 'everything' }, missing: [] };

function heldBy(proof: Proof, { state }: SubjectFold): Shown[] {
  const link = proof.link === undefined ? undefined : state.identity.links.get(proof.link);
  return link && proof.link !== undefined ? [{ proof, event: proof.link, link }] : [];
}

/** Control of one identifier and another of a different kind that stands as well; neither of them a device, which has many users. */
function provesTogether(controlled: readonly Shown[], shown: readonly Shown[]): boolean {
  const ofPerson = controlled.filter(({ proof }) => proof.method !== 'device');
  const standing = shown.filter(({ proof, link }) => proof.method !== 'device' && stands(link, proof.at));
  return ofPerson.some((one) => standing.some(({ link }) => link.scheme !== one.link.scheme));
}

/** Whether the identifier meant this subject when control of it was shown. */
const stands = ({ since, until }: Link, at: string): boolean => since <= at && (until === undefined || at < until);

/** A fact named it together with somebody else: whoever controls it may be the other. */
const isShared = ({ scheme, since, until }: Link, { entries }: SubjectFold): boolean =>
  entries.some(
    (entry) =>
      isContested(entry) &&
      entry.facts.scheme === scheme &&
      entry.occurred >= since &&
      (until === undefined || entry.occurred < until),
  );

const isContested = (entry: Entry): entry is EntryOf<'IdentifierContested'> => entry.type === 'IdentifierContested';

/** Who acts for her, and whether she may act herself, stands under no mailbox, line or device. */
const ofPersonAlone: ReadonlySet<string> = new Set([
  'SubjectStatusChanged',
  'RepresentativeRecognised',
  'RepresentativeEnded',
]);

interface Occurring {
  readonly id: string;
  readonly type: string;
  readonly occurred: string;
  readonly facts: object;
}

/**
 * Which events of the person an answer may tell of: with links, what occurred while one of them stood, and of identifiers those alone.
 * Who the person is (registration, merges) always counts.
 */
export function openedEvents(opens: Opens, { state }: SubjectFold): (event: Occurring) => boolean {
  if (opens.what === 'everything' || opens.what === 'scope') return () => true;
  const links = new Map((opens.links ?? []).flatMap((event) => entryOf(event, state.identity.links)));
  return ({ id, type, occurred, facts }) => {
    if (type === 'SubjectRegistered' || type === 'SubjectsMerged' || type === 'SubjectsUnmerged') return true;
    if (ofPersonAlone.has(type)) return false;
    if (type === 'IdentifierLinked') return links.has(id);
    if (type === 'IdentifierUnlinked') return links.has((facts as { readonly link: string }).link);
    return [...links.values()].some((link) => stands(link, occurred));
  };
}

const entryOf = (event: string, links: ReadonlyMap<string, Link>): [string, Link][] => {
  const link = links.get(event);
  return link ? [[event, link]] : [];
};
