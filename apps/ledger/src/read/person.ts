// What is known about one person as of a moment, and as known at one? Read once, for the dossier and the timeline alike.
import {
  historyOf,
  registersAt,
  type History,
  type Moments,
  type RegisterSources,
  type RegistersAt,
} from '@derbes/domain';
import { wholeSeconds } from '../write/telling-parts.js';
import { type Readers } from './readers.js';
import { type Begun, type ReadSubject } from './subject-reader.js';

export interface Person extends ReadSubject {
  readonly moments: Moments;
  readonly history: History;
  readonly sources: RegisterSources;
  readonly registers: RegistersAt;
}

export interface PersonQuestion {
  readonly subject: string;
  readonly asOf?: string;
  readonly asKnownAt?: string;
}

/** Undefined when the ledger knows nobody under this id. `gone` gives up a long reading. */
export async function readPerson(
  readers: Readers,
  question: PersonQuestion,
  begun: Begun,
  gone?: AbortSignal,
): Promise<Person | undefined> {
  const now = readers.now();
  const moments = {
    asOf: question.asOf === undefined ? now : wholeSeconds(question.asOf),
    asKnownAt: question.asKnownAt === undefined ? now : wholeSeconds(question.asKnownAt),
  };
  const read = await readers.subjects.streams(begun, moments.asKnownAt, gone);
  if (!read) return undefined;
  await readers.registers.fresh();
  const sources = sourcesOf(readers);
  return { ...read, moments, history: remembered(read, moments), sources, registers: registersThen(sources, moments) };
}

// The reader hands out the same array until its stream grows, and KnownRegisters until a register changes: what follows from
// them alone need not be folded again. Moments in the past are folded anew.
const histories = new WeakMap<ReadSubject['streams'][number], History>();
const registersNow = new WeakMap<RegisterSources['events'], RegistersAt>();

function remembered({ streams }: ReadSubject, moments: Moments): History {
  const [only, ...others] = streams;
  if (!only || others.length > 0) return historyOf(streams, moments);
  const standing = histories.get(only);
  if (standing && isAll(standing, moments)) return standing;
  const history = historyOf(streams, moments);
  if (history.known.length === only.length && isAll(history, moments)) histories.set(only, history);
  return history;
}

const isAll = ({ known }: History, { asOf, asKnownAt }: Moments): boolean =>
  known.every(({ occurred, at }) => occurred <= asOf && at <= asKnownAt);

function registersThen(sources: RegisterSources, { asKnownAt }: Moments): RegistersAt {
  const { events } = sources;
  if ((events.at(-1)?.at ?? '') > asKnownAt) return registersAt(sources, asKnownAt);
  const standing = registersNow.get(events) ?? registersAt(sources, asKnownAt);
  registersNow.set(events, standing);
  return standing;
}

function sourcesOf({ registers }: Readers): RegisterSources {
  return {
    events: registers.history,
    documents: {
      policy: (document) => registers.edition(document)?.declared,
      profile: (document) => registers.profile(document),
      calendar: (document) => registers.calendar(document),
    },
  };
}

/** Editions named by the person's events, the newest first. */
export function editionsNamed({ streams }: Person): string[] {
  const named = new Set<string>();
  for (const stream of streams) for (const { edition } of stream) if (edition !== undefined) named.add(edition);
  return [...named].reverse();
}

/** Whether the question is about now, and what answers it has all that the person's streams say. */
export const isAboutNow = ({ history, moments, streams, sources }: Person, question: PersonQuestion): boolean =>
  question.asOf === undefined &&
  question.asKnownAt === undefined &&
  streams.length === 1 &&
  histories.get(streams[0] ?? []) === history &&
  (sources.events.at(-1)?.at ?? '') <= moments.asKnownAt;

/** Staff see values, auditors do not. */
export const mayReadValues = (role: string): boolean => ['officer', 'admin', 'restricted-officer'].includes(role);
