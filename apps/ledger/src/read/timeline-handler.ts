// What happened to one person's data, in order, and what does each event mean?
import { timelineOf } from '@derbes/domain';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { wholeSeconds } from '../write/telling-parts.js';
import { closingCode, type TimelineView } from './dossier-view.js';
import { editionsNamed, findingsAbout, readPerson } from './person.js';
import { ReadTimeline } from './queries.js';
import { Readers } from './readers.js';
import { sentenceOf } from './text/sentence.js';
import { timelineText } from './text/timeline-text.js';
import { editionsOf, wordingOf } from './wording.js';

@QueryHandler(ReadTimeline)
export class ReadTimelineHandler implements IQueryHandler<ReadTimeline> {
  constructor(private readonly readers: Readers) {}

  execute(query: ReadTimeline): Promise<TimelineView | string | undefined> {
    const { asked, asOf, asKnownAt, lang = 'ru' } = query;
    const filter = { asOf: asOf && wholeSeconds(asOf), asKnownAt: asKnownAt && wholeSeconds(asKnownAt) };
    return this.readers.seam.ask({ question: 'timeline', asked, filter }, async (touches) => {
      const person = await readPerson(this.readers, query);
      if (!person) return undefined;
      touches(person.subjects);
      const { moments, registers, history, subject, subjects } = person;
      const lines = timelineOf(history, findingsAbout(person), moments);
      const editions = editionsOf(registers, moments.asOf, editionsNamed(person));
      const wording = wordingOf(lines, editions, registers.profile(editions[0], moments.asOf));
      const view: TimelineView = {
        subject,
        merged: subjects.slice(1),
        ...moments,
        lines: lines.map((line) => ({ ...line, says: sentenceOf(line, wording, lang) })),
        closing: closingCode,
      };
      return query.as === 'text' ? timelineText(view, lang) : view;
    });
  }
}
