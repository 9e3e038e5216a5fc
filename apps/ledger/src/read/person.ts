// What is known about one person as of a moment, and as known at one? Read once, for the dossier and the timeline alike.
import {
  foldRegistersKnownAt,
  foldSubjectAt,
  judgeSubject,
  NotJudgeable,
  registersAt,
  type Moments,
  type RegisterSources,
  type RegistersAt,
} from '@derbes/domain';
import { wholeSeconds } from '../write/telling-parts.js';
import { type FindingView } from './dossier-view.js';
import { type Readers } from './readers.js';
import { type ReadSubject } from './subject-reader.js';

export interface Person extends ReadSubject {
  readonly moments: Moments;
  readonly sources: RegisterSources;
  readonly registers: RegistersAt;
}

export interface PersonQuestion {
  readonly subject: string;
  readonly asOf?: string;
  readonly asKnownAt?: string;
}

/** Undefined when the ledger knows nobody under this id. */
export async function readPerson(readers: Readers, question: PersonQuestion): Promise<Person | undefined> {
  const now = readers.now();
  const moments = {
    asOf: question.asOf === undefined ? now : wholeSeconds(question.asOf),
    asKnownAt: question.asKnownAt === undefined ? now : wholeSeconds(question.asKnownAt),
  };
  const read = await readers.subjects.streams(question.subject, moments.asKnownAt);
  if (!read) return undefined;
  const sources = sourcesOf(readers);
  return { ...read, moments, sources, registers: registersAt(sources, moments.asKnownAt) };
}

function sourcesOf({ registers }: Readers): RegisterSources {
  return {
    events: registers.history,
    documents: {
      policy: (document) => registers.edition(document)?.declared,
      profile: (document) => registers.profile(document),
    },
  };
}

/** Suspicions by what was known then; none where nothing can be judged, for no profile is published yet. */
export function findingsAbout({ streams, moments, sources }: Person): readonly FindingView[] {
  const fold = foldSubjectAt(streams.flat(), moments);
  const registers = foldRegistersKnownAt(sources.events, moments.asKnownAt);
  try {
    return judgeSubject(fold, { registers, documents: sources.documents }).map(
      ({ id, event, code, clause, article, category, purpose }) => ({
        id,
        event,
        code,
        clause,
        article,
        ...(category !== undefined && { category }),
        ...(purpose !== undefined && { purpose }),
      }),
    );
  } catch (error) {
    if (error instanceof NotJudgeable) return [];
    throw error;
  }
}

/** Editions named by the person's events, the newest first. */
export const editionsNamed = ({ streams }: Person): string[] =>
  [...new Set(streams.flat().flatMap(({ edition }) => edition ?? []))].reverse();

/** Staff see values, auditors do not. */
export const mayReadValues = (role: string): boolean => role === 'officer' || role === 'admin';
