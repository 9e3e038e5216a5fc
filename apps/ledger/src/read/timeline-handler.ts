// What happened to one person's data, in order, and what does each event mean?
import { timelineOf, type TimelineLine } from '@derbes/domain';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { wholeSeconds } from '../write/telling-parts.js';
import { type AlsoTouches } from './ask.js';
import { closingCode, type FindingView, type TimelineView } from './dossier-view.js';
import { ErasedPerson, erasedPerson, keyIsGone } from './erased-person.js';
import { JsonAnswer } from './json-answer.js';
import { passagesOf } from './passages.js';
import { editionsNamed, readPerson, type Person } from './person.js';
import { findingsAbout } from './person-findings.js';
import { ReadTimeline } from './queries.js';
import { Readers } from './readers.js';
import { Abandoned, type Begun } from './subject-reader.js';
import { Sentences } from './text/sentence.js';
import { timelineText } from './text/timeline-text.js';
import { editionsOf, wordingOf } from './wording.js';

@QueryHandler(ReadTimeline)
export class ReadTimelineHandler implements IQueryHandler<ReadTimeline> {
  constructor(private readonly readers: Readers) {}

  async execute(query: ReadTimeline): Promise<TimelineView | JsonAnswer | string | undefined> {
    const { asked, asOf, asKnownAt, lang = 'ru' } = query;
    const filter = { asOf: asOf && wholeSeconds(asOf), asKnownAt: asKnownAt && wholeSeconds(asKnownAt) };
    const answer = await this.readers.seam.ask({ question: 'timeline', asked, filter }, async (touches, also) => {
      const begun = await this.readers.subjects.begin(query.subject);
      if (begun.rest && query.as === 'json' && !(await keyIsGone(this.readers, query.subject))) {
        touches([query.subject]);
        return new JsonAnswer((gone) => this.long(query, begun, also, gone));
      }
      const person = await readPerson(this.readers, query, begun);
      if (!person) return undefined;
      touches(person.subjects);
      const erased = erasedPerson(person);
      if (erased) return erased;
      const view: TimelineView = { ...headOf(person), lines: [...linesOf(person, lang)], closing: closingCode };
      return query.as === 'text' ? timelineText(view, lang) : view;
    });
    if (answer instanceof ErasedPerson) throw answer.problem();
    return answer;
  }

  /** As JSON, piece by piece. Nothing about a person leaves before it is written down who looked. */
  private async *long(query: ReadTimeline, begun: Begun, also: AlsoTouches, gone: AbortSignal): AsyncGenerator<Buffer> {
    yield Buffer.from(`{"subject":${JSON.stringify(begun.subject)},`);
    const person = await readPerson(this.readers, query, begun, gone);
    if (!person) throw new Abandoned();
    const others = person.subjects.slice(1);
    if (others.length > 0) await also(others);
    const view = {
      merged: others,
      ...person.moments,
      lines: { [Symbol.iterator]: () => linesOf(person, query.lang ?? 'ru') },
      closing: closingCode,
    };
    for (const { texts } of passagesOf(view)) {
      if (gone.aborted) throw new Abandoned();
      yield Buffer.from(texts.join(''));
    }
    yield Buffer.from('}');
  }
}

const headOf = ({ subject, subjects, moments }: Person) => ({ subject, merged: subjects.slice(1), ...moments });

type Line = TimelineLine<FindingView> & { readonly says: string };

/** The lines one by one; the words for all of them are looked up first. */
function* linesOf(person: Person, lang: Parameters<typeof timelineText>[1]): Generator<Line> {
  const { moments, registers, history } = person;
  const findings = findingsAbout(person);
  const editions = editionsOf(registers, moments.asOf, editionsNamed(person));
  const wording = wordingOf(
    [history.known.map(({ facts }) => facts), findings],
    editions,
    registers.profile(editions[0], moments.asOf),
  );
  const sentences = new Sentences(wording, lang);
  for (const line of timelineOf(history, findings, moments)) yield { ...line, says: sentences.of(line) };
}
