// Is this the value that the event commits to? What opens the commitments to one person's values, for that person's own copy.
import { subjectOfStream, subjectStream, type PlacedPart } from '@derbes/domain';
import { type Recorded } from '@derbes/kernel';
import { asOwnerName } from '@derbes/vault';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Problem } from '../http/problem/problem.js';
import { endedParts } from '../read/erasure-lines.js';
import { ErasedPerson, erasedPerson } from '../read/erased-person.js';
import { readPerson, type Person } from '../read/person.js';
import { Readers } from '../read/readers.js';
import { commitmentOf, openingFormat, type OpeningFile } from './opening-file.js';
import { ReadOpening } from './queries.js';

@QueryHandler(ReadOpening)
export class ReadOpeningHandler implements IQueryHandler<ReadOpening> {
  constructor(private readonly readers: Readers) {}

  async execute({ asked, event, subject }: ReadOpening): Promise<OpeningFile | undefined> {
    const answer = await this.readers.seam.ask({ question: 'opening', asked }, async (touches) => {
      const recorded = (await this.readers.mentions.find([event])).get(event);
      const whose = subject ?? (recorded?.stream.startsWith('subject-') ? subjectOfStream(recorded.stream) : undefined);
      if (!recorded || whose === undefined) return undefined;
      const person = await readPerson(this.readers, { subject: whose }, await this.readers.subjects.begin(whose));
      if (!person) return undefined;
      touches(person.subjects);
      return erasedPerson(person) ?? this.opening(recorded, person);
    });
    if (answer instanceof ErasedPerson) throw answer.problem();
    if (answer && answer.parts.length > 0 && answer.parts.every((part) => 'state' in part && part.state === 'erased')) {
      throw new Problem('VALUES_ERASED', 'what was sealed for this person with this event was destroyed');
    }
    return answer;
  }

  /** Undefined when no value of the person stands in the event. */
  private async opening(event: Recorded, person: Person): Promise<OpeningFile | undefined> {
    const streams = new Set(person.subjects.map(subjectStream));
    const hers = event.parts.flatMap((part) => {
      const owner = asOwnerName(part.owner ?? event.stream);
      return streams.has(owner) ? [{ part, owner }] : [];
    });
    if (hers.length === 0) return undefined;
    const disclosed = await this.readers.vault.disclose(
      hers.map(({ part, owner }) => ({ eventId: event.id, owner, part })),
    );
    const places = disclosed.flatMap((told): PlacedPart[] =>
      'category' in told ? [{ event: event.id, p: told.p, owner: told.owner, category: told.category }] : [],
    );
    const ended = endedParts(person.history.fold, places);
    const parts = hers.flatMap(({ part }, i) => {
      const told = disclosed[i];
      return told ? [commitmentOf(part, told, ended.get(`${event.id}/${part.p}`))] : [];
    });
    return { format: openingFormat, event: event.id, parts };
  }
}
