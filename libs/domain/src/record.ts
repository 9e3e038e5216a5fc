// What does a told fact become? Events in the streams of those concerned, links, findings; it is never refused for what it says.
import { Refused, type Draft, type Facts, type Seal } from '@derbes/kernel';
import { type Outside } from './case.js';
import { catalogue } from './catalogue.js';
import { factTypes, type Entry, type FactType } from './fact.js';
import { type Finding } from './finding.js';
import {
  concernOf,
  familyOf,
  meantAt,
  isIdentifier,
  linkOf,
  ownersNamed,
  survivorOf,
  type Folds,
  type Named,
  type NamedIdentifier,
  type Owned,
} from './identify.js';
import { isJudged, judge, judgeHoldings } from './judge.js';
import { completedPerson } from './person/told.js';
import { editionAt } from './registers.js';
import { emptyFold, joinFolds, stateBefore, subjectOfStream, subjectStream, type SubjectFold } from './subject-fold.js';
import { evolveState } from './subject-state.js';
import { toldClock } from './withdrawal/clock.js';

/** One fact of a service, in the ledger's words: references are event ids, owners `<kind>-<uuid>`, values handles. */
export interface ToldFact {
  readonly type: FactType;
  readonly facts: Facts;
  readonly occurred: string;
  /** Values to be sealed with the fact's event. */
  readonly seals?: readonly Seal[];
}

export interface RecordOutside extends Outside {
  /** A random uuid for a subject that may have to begin. */
  readonly subject: string;
  /** The id that the event named after the fact's type will have. */
  readonly fact: string;
  /** When it is recorded, by the writer's clock. */
  readonly at: string;
}

/** `id` is given where the event's id is already promised; others get a random one. */
export interface FactDraft extends Draft<string, Facts> {
  readonly id?: string;
}

/** Whom a token means from now on; `subject` is absent when it means nobody any more. */
export interface Binding {
  readonly scheme: string;
  readonly value: number;
  readonly subject: string;
  /** The device that it meant before, and from when until when. */
  readonly from?: { readonly subject: string; readonly since: string; readonly until: string };
}

export interface Recording {
  readonly drafts: readonly FactDraft[];
  /** Provisional: the same function judges again when the events are read. */
  readonly findings: readonly Finding[];
  readonly bindings: readonly Binding[];
  /** Whom it concerns; absent while an officer has to decide. */
  readonly subject?: string;
  /** Whether that subject begins with it. */
  readonly begins: boolean;
  /** SHA-256 of the edition in force when it occurred. */
  readonly edition?: string;
}

/** Facts cannot be told back by these: a registration or a link ends by an officer's command. */
const notRetractable = new Set(['SubjectRegistered', 'IdentifierLinked', 'FactRetracted']);

/**
 * Decides one told fact. `folds` holds the subjects named and those that `foldsNeeded` asks for. Throws NotAnEnvelope for
 * facts of another form, Refused FACT_NOT_RETRACTABLE, REPRESENTATIVE_UNKNOWN, NotJudgeable.
 */
export function recordFact(fact: ToldFact, named: readonly Named[], folds: Folds, outside: RecordOutside): Recording {
  if (fact.type === 'fact.retracted') return recordRetraction(fact, named, folds, outside);
  const writing = new Writing(fact, folds, outside);
  if (fact.type === 'subject.identified' && identify(writing, named)) return writing.done();
  const concern = concernOf(named, fact.occurred, folds);
  if (concern.whom === 'undecided') {
    for (const { by, other } of rivals(concern.equal)) writing.contest(by, 'equal', other, fact.type);
    for (const owned of concern.weaker) writing.contest(owned, 'weaker', concern.equal[0]?.subject, fact.type);
    return writing.done();
  }
  if (concern.whom === 'new') writing.begin(concern.kind);
  else writing.goOn(concern.subject);
  for (const one of named.filter(isIdentifier)) {
    if (meantAt(one, fact.occurred) === undefined) writing.link(one);
  }
  writing.tell();
  for (const owned of concern.weaker) writing.contest(owned, 'weaker', writing.subject, undefined);
  return writing.done();
}

/**
 * A device's identifier named beside a person's moves to the person: unlinked there, linked here, both from the fact's
 * moment. Returns false when no device is involved, so that the general rule decides.
 */
function identify(writing: Writing, named: readonly Named[]): boolean {
  const { folds, fact } = writing;
  const owners = ownersNamed(named, fact.occurred, folds);
  const isDevice = ({ subject }: Owned) => folds.get(subject)?.state.identity.kind === 'device';
  const others = named.filter((one) => !isIdentifier(one) || one.identifies !== 'device');
  const devices = owners.filter((owned) => isDevice(owned) && isIdentifier(owned.by));
  if (devices.length === 0 || others.length === 0) return false;
  const concern = concernOf(others, fact.occurred, folds);
  if (concern.whom === 'undecided') return false;
  if (concern.whom === 'new') writing.begin('person');
  else writing.goOn(concern.subject);
  for (const one of named.filter(isIdentifier)) {
    const holder = meantAt(one, fact.occurred);
    if (holder === undefined) writing.link(one);
    // What moved away since, or was unlinked, is where it is by a later word than this.
    else if (holder === one.holder && devices.some(({ subject }) => subject === survivorOf(holder, folds))) {
      writing.move(one, holder);
    }
  }
  for (const owned of concern.weaker) writing.contest(owned, 'weaker', writing.subject, undefined);
  return true;
}

const rivals = (equal: readonly Owned[]) => equal.map((by, i) => ({ by, other: (equal[i + 1] ?? equal[0])?.subject }));

/** A retraction stands in every stream where its fact stands. */
function recordRetraction(fact: ToldFact, named: readonly Named[], folds: Folds, outside: RecordOutside): Recording {
  const { fact: id, type } = fact.facts;
  if (typeof type !== 'string' || notRetractable.has(type)) {
    throw new Refused('FACT_NOT_RETRACTABLE', 'a registration or a link is not told back, an officer ends it');
  }
  const writing = new Writing(fact, folds, outside);
  const streams = named.flatMap((one) => (isIdentifier(one) ? [] : [one.subject]));
  for (const [i, subject] of [...new Set(streams)].entries()) {
    if (typeof id === 'string' && folds.get(subject)?.retractions.has(id) === true) continue;
    writing.append(subject, 'FactRetracted', fact.facts, i === 0 ? outside.fact : undefined);
  }
  return writing.done();
}

/** Gathers the drafts of one fact. */
class Writing {
  readonly drafts: FactDraft[] = [];
  readonly bindings: Binding[] = [];
  subject: string | undefined;
  private begins = false;

  constructor(
    readonly fact: ToldFact,
    readonly folds: Folds,
    readonly outside: RecordOutside,
  ) {}

  begin(kind: 'person' | 'device'): void {
    this.subject = this.outside.subject;
    this.begins = true;
    const isTheFact = this.fact.type === 'subject.registered';
    this.append(this.subject, 'SubjectRegistered', { kind }, isTheFact ? this.outside.fact : undefined);
  }

  goOn(subject: string): void {
    this.subject = subject;
  }

  link(named: NamedIdentifier, from?: Binding['from']): void {
    if (this.subject === undefined) return;
    const { scheme, norm, category, value } = named;
    const since = from ? this.fact.occurred : (named.since ?? this.fact.occurred);
    const facts = { ...(from && { movedFrom: from.subject }), norm, scheme, since };
    const promised = this.fact.type === 'subject.identified' && !this.drafts.some(({ id }) => id !== undefined);
    this.append(this.subject, 'IdentifierLinked', facts, promised ? this.outside.fact : undefined, [
      { category, value },
    ]);
    this.bindings.push({ scheme, value, subject: this.subject, ...(from && { from }) });
  }

  /** `device`: in whose stream it is linked, which may be merged into another. */
  move(named: NamedIdentifier, device: string): void {
    const standing = linkOf(named, this.folds.get(device));
    const until = this.fact.occurred;
    if (standing) {
      const facts = { scheme: named.scheme, until, link: standing.event, ground: 'identified' };
      this.append(device, 'IdentifierUnlinked', facts);
    }
    this.link(named, { subject: device, since: standing?.link.since ?? until, until });
  }

  /** The fact itself, unless registering and linking was all that it said. */
  tell(): void {
    if (this.subject === undefined) return;
    if (this.fact.type === 'subject.registered' || this.fact.type === 'subject.identified') return;
    const { state } = foldOfFamily(this.subject, this.folds);
    const facts = completedPerson({ ...this.fact, facts: this.withClock() }, state, this.outside);
    this.append(this.subject, factTypes[this.fact.type], facts, this.outside.fact, this.seals(this.subject));
  }

  /** A withdrawal is decided within a term that starts with its receipt; where none is known it is told all the same. */
  private withClock(): Facts {
    const { type, facts } = this.fact;
    if (type !== 'consent.withdrawn' || typeof facts['received'] !== 'string') return facts;
    const clock = toldClock(this.outside, facts['received']);
    return clock ? { ...facts, clock: { ...clock } } : facts;
  }

  /** Values of a category that was ordered to be destroyed after the fact occurred are not sealed again: it is told without them. */
  private seals(subject: string): readonly Seal[] | undefined {
    const { seals, occurred } = this.fact;
    if (!seals || seals.length === 0) return seals;
    const { orders } = foldOfFamily(subject, this.folds).state.erasures;
    const since = [...orders.values()].filter(({ scope, ordered }) => scope === 'category' && ordered >= occurred);
    if (since.length === 0) return seals;
    const gone = new Set(since.flatMap(({ categories = [] }) => categories));
    return seals.filter(({ category, owner }) => owner !== undefined || !gone.has(category));
  }

  contest(
    { subject, by }: Owned,
    rank: 'weaker' | 'equal',
    other: string | undefined,
    told: FactType | undefined,
  ): void {
    if (!isIdentifier(by) || other === undefined) return;
    const fact = told === undefined && this.drafts.some(({ id }) => id === this.outside.fact);
    this.append(subject, 'IdentifierContested', {
      scheme: by.scheme,
      rank,
      other,
      ...(fact ? { fact: this.outside.fact } : {}),
      ...(told === undefined ? {} : { told: factTypes[told] }),
    });
  }

  append(subject: string, type: string, facts: Facts, id?: string, seals?: readonly Seal[]): void {
    catalogue.get(type).check(facts);
    this.drafts.push({
      type,
      facts,
      stream: subjectStream(subject),
      occurred: this.fact.occurred,
      ...(id === undefined ? {} : { id }),
      ...(seals && seals.length > 0 ? { seals } : {}),
    });
  }

  done(): Recording {
    const edition = editionAt(this.outside.registers, this.fact.occurred)?.document;
    return {
      drafts: this.drafts,
      findings: provisional(this.drafts, this.folds, this.outside, edition),
      bindings: this.bindings,
      begins: this.begins,
      ...(this.subject === undefined ? {} : { subject: this.subject }),
      ...(edition === undefined ? {} : { edition }),
    };
  }
}

/** Judges drafts as if they had been recorded, each stream with what is merged into it. */
function provisional(
  drafts: readonly FactDraft[],
  folds: Folds,
  outside: RecordOutside,
  edition: string | undefined,
): Finding[] {
  const findings: Finding[] = [];
  for (const draft of drafts) {
    if (!isJudged(draft.type)) continue;
    const fold = foldOfFamily(subjectOfStream(draft.stream), folds);
    const { type, facts, stream, occurred } = draft;
    const entry = {
      type,
      facts,
      id: draft.id ?? outside.fact,
      stream,
      revision: Number.MAX_SAFE_INTEGER,
      at: outside.at,
      occurred,
      actor: 'emitter',
      ...(edition !== undefined && { edition }),
    } as unknown as Entry;
    const before = stateBefore(fold, entry);
    findings.push(...judge(entry, before, outside));
    if (entry.type !== 'DataCollected' && entry.type !== 'DataDeclared') continue;
    findings.push(...judgeHoldings(evolveState(before, entry), outside, entry.id));
  }
  return findings;
}

/** What is known about a subject with everybody merged into it. */
export function foldOfFamily(subject: string, folds: Folds): SubjectFold {
  const [own = emptyFold(), ...absorbed] = familyOf(subject, folds).map((member) => folds.get(member) ?? emptyFold());
  return absorbed.reduce(joinFolds, own);
}
