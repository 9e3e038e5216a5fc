// What does the ledger know about one person, why, since when, from where, who received it, and how long does it stay?
import { type Recorded } from '@derbes/kernel';
import { type SubjectEvent } from '../catalogue.js';
import { subjectOfStream, subjectStream } from '../subject-fold.js';
import { acknowledgementLines, consentLines, refusalLines } from './consents.js';
import { Parts, type DossierContext } from './context.js';
import {
  blockLines,
  contestLines,
  correctionLines,
  destructionLines,
  identifierLines,
  obligationLines,
  retractedLines,
} from './course.js';
import { categoryLines } from './holdings.js';
import { historyOf, mark, ofType, type History, type Moments } from './known.js';
import { whoActs } from '../person/authority.js';
import { representativeLines, statusLines } from './people.js';
import { registersAt, type RegisterSources } from './registers-at.js';
import { type Dossier, type MentionLine, type PlacedPart } from './shape.js';
import { relationLines } from './stay.js';
import { Told } from './told.js';
import { decisionLines, noticeLines, publicationLines, transferLines, useLines } from './transfers.js';
import { missingParts } from './values.js';

export interface DossierSources {
  readonly subject: string;
  /** The subject's own stream first, then those of subjects found to be the same person; each in order. */
  readonly streams: readonly (readonly SubjectEvent[])[];
  /** Where values of this person stand, in these streams and in others. */
  readonly parts: readonly PlacedPart[];
  /** Events of other streams in which such parts stand, by id, as far as they could be found. */
  readonly mentioned: ReadonlyMap<string, Recorded>;
  readonly registers: RegisterSources;
}

/** Everything that Art. 24(1)(1) gives the person a right to know, as of a moment and as known at one; no value in clear. */
export function dossierOf(
  sources: DossierSources,
  moments: Moments,
  history: History = historyOf(sources.streams, moments),
): Dossier {
  const registers = registersAt(sources.registers, moments.asKnownAt);
  const context: DossierContext = {
    moments,
    history,
    registers,
    parts: new Parts(sources.parts),
    told: new Told(history),
  };
  const registration = ofType(history.known, 'SubjectRegistered').find(
    ({ stream }) => stream === subjectStream(sources.subject),
  );
  const edition = registers.inForce(moments.asOf);
  const consents = consentLines(context);
  const relations = relationLines(history);
  const notices = noticeLines(context);
  return {
    subject: sources.subject,
    merged: sources.streams.slice(1).flatMap(([first]) => (first ? subjectOfStream(first.stream) : [])),
    asOf: moments.asOf,
    asKnownAt: moments.asKnownAt,
    ...(registration && { registered: { ...mark(registration), kind: registration.facts.kind } }),
    ...(edition && { edition }),
    identifiers: identifierLines(context),
    ...(registration?.facts.kind === 'person' && { acts: whoActs(history.fold.state.person, moments.asOf) }),
    representatives: representativeLines(context),
    statuses: statusLines(context),
    categories: categoryLines(context, consents, relations),
    uses: useLines(context, consents),
    transfers: transferLines(context, consents, notices),
    publications: publicationLines(context, consents),
    consents: [...consents.values()],
    refusals: refusalLines(history.counted),
    acknowledgements: acknowledgementLines(history.counted),
    decisions: decisionLines(context, consents),
    relations,
    obligations: obligationLines(context),
    blocks: blockLines(context),
    destructions: destructionLines(context),
    corrections: correctionLines(context),
    notices,
    contests: contestLines(context),
    mentions: mentionLines(sources, moments),
    retracted: retractedLines(context),
    missing: missingParts(context),
  };
}

/** Parts of the person in what was told about others. One whose event could not be found is still said to exist. */
function mentionLines({ streams, parts, mentioned }: DossierSources, moments: Moments): readonly MentionLine[] {
  const own = new Set(streams.flatMap((stream) => stream.map(({ id }) => id)));
  const categories = new Map<string, string[]>();
  for (const part of parts) {
    if (own.has(part.event)) continue;
    const named = categories.get(part.event);
    if (named) named.push(part.category);
    else categories.set(part.event, [part.category]);
  }
  return [...categories].flatMap(([event, named]): MentionLine[] => {
    const found = mentioned.get(event);
    if (!found) return [{ event, categories: named }];
    if (found.at > moments.asKnownAt || found.occurred > moments.asOf) return [];
    const { type, occurred, source } = found;
    return [{ event, categories: named, type, moment: occurred, ...(source && { source }) }];
  });
}
