// How is a dossier made? Whole for a person of few events, with what stands kept as text; in passages for one of many.
import { withdrawalViews } from '../withdrawal/withdrawal-lines.js';
import { dossierOf, type Dossier, type PlacedPart } from '@derbes/domain';
import { type Part, type Recorded } from '@derbes/kernel';
import { type Answer } from '@derbes/vault';
import { type AlsoTouches } from './ask.js';
import { closingCode, type AccessView, type DossierView, type Look } from './dossier-view.js';
import { endedParts, erasureLines, holdLines, lockLines, markEnded } from './erasure-lines.js';
import { type ErasureLine } from './erasure-view.js';
import { KeptAnswers, type KeptAnswer } from './kept-answers.js';
import { leaveSealed, openPartsOf, openTraced, tracedBy } from './open-parts.js';
import { organisationsNamed, organisationsOf } from './organisations.js';
import { passagesOf, type Passage } from './passages.js';
import { editionsNamed, isAboutNow, readPerson, type Person, type PersonQuestion } from './person.js';
import { findingsAbout, findingsAwaited } from './person-findings.js';
import { type Readers } from './readers.js';
import { Abandoned, type Begun } from './subject-reader.js';
import { controllerOf, editionsOf, wordingOf } from './wording.js';
import { whoLooked } from './who-looked.js';

/** Where values of the person stand, and in which events of others. */
interface Places {
  readonly parts: readonly PlacedPart[];
  readonly mentioned: ReadonlyMap<string, Recorded>;
}

/** Who asks, and whether values are opened for them. */
export interface Asker {
  readonly look: Look;
  readonly values: boolean;
}

/** Around a long answer: who asks, who is told of more people, who is listened to. */
export interface Around extends Asker {
  readonly also: AlsoTouches;
  readonly gone: AbortSignal;
}

/** What of a person an answer may show to whoever proved only a part of who she is. */
export interface Lens {
  readonly part: (part: PlacedPart) => boolean;
  readonly dossier: (dossier: Dossier) => Dossier;
}

/** Requests of hers, and answers that she was given: they repeat what is held and are not held data themselves. */
const ofRequests = (category: string): boolean => category === 'meta.request' || category.startsWith('meta.answer');

export class DossierMaker {
  private readonly kept = new KeptAnswers();

  constructor(private readonly readers: Readers) {}

  /** As an object, for text. `lens`: what alone may be seen of her. */
  async view(person: Person, { values, look }: Asker, lens?: Lens): Promise<DossierView> {
    const vault = this.readers.vault.answer();
    const [places, access] = await this.found(person, look, values ? vault : undefined);
    const standing = standingOf(
      person,
      lens ? { ...places, parts: places.parts.filter(lens.part) } : places,
      values,
      lens,
    );
    const { organisations, traces } = await organisationsOf(
      organisationsNamed(standing.categories),
      person,
      this.readers,
    );
    const said = { ...standing, organisations: values ? organisations : leaveSealed(organisations, 'withheld') };
    const opened = await openPartsOf(said, tracesOf(person, traces), { vault, erasedAmong: this.readers.erasedAmong });
    return { ...headOf(person), ...opened, erasures: await this.erasures(person), access };
  }

  /** As JSON. What stands is written once for as long as it stands. */
  async whole(question: PersonQuestion, person: Person, { values, look }: Asker): Promise<Buffer> {
    const vault = this.readers.vault.answer();
    const [places, access] = await this.found(person, look, values ? vault : undefined);
    const { texts, gaps, organisations: named } = this.standingText(question, person, places, values);
    const { organisations, traces } = await organisationsOf(named, person, this.readers);
    const names = Object.values(organisations).flat().map(tracedBy(traces));
    const opening = { vault, erasedAmong: this.readers.erasedAmong };
    const opened = (await openTraced(values ? [...gaps, ...names] : [], opening)).values();
    const pieces: Buffer[] = [Buffer.from(headText(person))];
    texts.forEach((text, i) => {
      if (i > 0) pieces.push(Buffer.from(JSON.stringify(opened.next().value)));
      pieces.push(text);
    });
    const told = values ? mapLists(organisations, () => opened.next().value) : leaveSealed(organisations, 'withheld');
    const erasures = await this.erasures(person);
    pieces.push(Buffer.from(`,${membersText({ organisations: told, erasures, access })}}`));
    return Buffer.concat(pieces);
  }

  /** As JSON, piece by piece. Nothing about a person leaves before it is written down who looked. */
  async *long(question: PersonQuestion, begun: Begun, { values, look, also, gone }: Around): AsyncGenerator<Buffer> {
    yield Buffer.from(`{"subject":${JSON.stringify(begun.subject)},`);
    const person = await readPerson(this.readers, question, begun, gone);
    if (!person) throw new Abandoned();
    const others = person.subjects.slice(1);
    if (others.length > 0) await also(others);
    yield Buffer.from(headText(person).slice(1));
    const [places, access] = await this.found(person, look);
    const standing = standingOf(person, places, values);
    const own = tracesOf(person, new Map());
    for (const passage of passagesOf(standing)) {
      if (gone.aborted) throw new Abandoned();
      yield await this.filled(passage, own);
    }
    const named = organisationsNamed(standing.categories);
    const { organisations, traces } = await organisationsOf(named, person, this.readers);
    const told = values
      ? await openPartsOf(organisations, traces, this.readers)
      : leaveSealed(organisations, 'withheld');
    const erasures = await this.erasures(person);
    yield Buffer.from(`,${membersText({ organisations: told, erasures, access })}}`);
  }

  /** When each is final the epochs say, which no event of the person does. */
  private erasures({ history }: Person): Promise<readonly ErasureLine[]> {
    return erasureLines(history.fold, this.readers.epochs);
  }

  private async filled({ texts, gaps }: Passage, traces: ReadonlyMap<string, readonly Part[]>): Promise<Buffer> {
    const opened = await openTraced(gaps.map(tracedBy(traces)), this.readers);
    let text = texts[0] ?? '';
    opened.forEach((part, i) => (text += JSON.stringify(part) + (texts[i + 1] ?? '')));
    return Buffer.from(text);
  }

  /** `vault`: the answer's own, when values are opened afterwards. */
  private async found(person: Person, look: Look, vault?: Answer): Promise<[Places, AccessView]> {
    const { subjects, models } = this.readers;
    const [placed, access] = await Promise.all([
      subjects.places(person.subjects, vault),
      whoLooked(models.access, person.subjects, person.moments.asKnownAt, look),
    ]);
    const parts = placed.filter(({ category }) => !ofRequests(category));
    return [{ parts, mentioned: await subjects.mentioned(person, parts) }, access];
  }

  private standingText(question: PersonQuestion, person: Person, places: Places, values: boolean): KeptAnswer {
    const { history, sources, moments } = person;
    const { parts, mentioned } = places;
    const from = { history, registers: sources.events, parts, mentioned: mentioned.size, values };
    const now = isAboutNow(person, question);
    const kept = now ? this.kept.find(from, moments.asOf) : undefined;
    if (kept) return kept;
    const standing = standingOf(person, places, values);
    const passages = [...passagesOf(standing)];
    const traced = tracedBy(tracesOf(person, new Map()));
    const answer = {
      texts: joined(passages).map((text) => Buffer.from(text)),
      gaps: passages.flatMap(({ gaps }) => gaps.map(traced)),
      organisations: organisationsNamed(standing.categories),
    };
    if (now) this.kept.keep(from, moments.asOf, answer, findingsAwaited(person));
    return answer;
  }
}

/** All that does not change with the moment of the question, before any value is opened. */
function standingOf(person: Person, { parts, mentioned }: Places, values: boolean, lens?: Lens) {
  const { moments, registers, sources, history } = person;
  const whole = dossierOf({ ...person, parts, mentioned, registers: sources }, moments, history);
  const dossier = lens ? lens.dossier(whole) : whole;
  const ended = endedParts(history.fold, parts);
  const { retracted, mentions, ...told } = markEnded(dossier, ended);
  const lines = without(told, ['subject', 'merged', 'asOf', 'asKnownAt']);
  const editions = editionsOf(registers, moments.asOf, editionsNamed(person));
  return {
    ...(values ? lines : (leaveSealed(lines, 'withheld') as typeof lines)),
    ...leaveSealed({ retracted, mentions }, 'not-shown'),
    withdrawals: withdrawalViews(history.fold),
    holds: holdLines(history.fold, moments.asOf),
    locks: lockLines(history.fold),
    ...(editions[0] && { controller: controllerOf(editions[0].policy) }),
    findings: findingsAbout(person),
    wording: wordingOf(dossier, editions, registers.profile(editions[0], moments.asOf)),
    closing: closingCode,
  } as const;
}

const without = <T extends object, Name extends keyof T>(from: T, names: readonly Name[]): Omit<T, Name> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name as Name))) as Omit<T, Name>;

const headOf = ({ subject, subjects, moments }: Person) => ({ subject, merged: subjects.slice(1), ...moments });

/** The members of an object without their braces. */
const membersText = (members: object): string => JSON.stringify(members).slice(1, -1);
const headText = (person: Person): string => `{${membersText(headOf(person))},`;

/** Passages as one: where one ends another goes on. */
function joined(passages: readonly Passage[]): string[] {
  const all: string[] = [''];
  for (const { texts } of passages) {
    all[all.length - 1] += texts[0] ?? '';
    all.push(...texts.slice(1));
  }
  return all;
}

const mapLists = <T, R>(lists: Readonly<Record<string, readonly T[]>>, to: (item: T) => R): Record<string, R[]> =>
  Object.fromEntries(Object.entries(lists).map(([name, items]) => [name, items.map(to)]));

/** The traces of sealed parts by event: of the person's streams, of the registers, and of where organisations were told of. */
function tracesOf(
  { streams, sources }: Person,
  elsewhere: ReadonlyMap<string, readonly Part[]>,
): ReadonlyMap<string, readonly Part[]> {
  const traces = new Map(elsewhere);
  for (const events of [...streams, sources.events]) {
    for (const { id, parts } of events) if (parts.length > 0) traces.set(id, parts);
  }
  return traces;
}
