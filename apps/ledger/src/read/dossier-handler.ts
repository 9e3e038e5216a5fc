// What does the ledger know about one person? (Art. 24(1)(1))
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { wholeSeconds } from '../write/telling-parts.js';
import { DossierMaker } from './dossier-maker.js';
import { ErasedPerson, erasedPerson, keyIsGone } from './erased-person.js';
import { JsonAnswer } from './json-answer.js';
import { mayReadValues, readPerson } from './person.js';
import { ReadDossier } from './queries.js';
import { Readers } from './readers.js';
import { dossierText } from './text/dossier-text.js';

@QueryHandler(ReadDossier)
export class ReadDossierHandler implements IQueryHandler<ReadDossier> {
  private readonly maker: DossierMaker;

  constructor(private readonly readers: Readers) {
    this.maker = new DossierMaker(readers);
  }

  async execute(query: ReadDossier): Promise<JsonAnswer | string | undefined> {
    const { asked, asOf, asKnownAt } = query;
    const filter = { asOf: asOf && wholeSeconds(asOf), asKnownAt: asKnownAt && wholeSeconds(asKnownAt) };
    const answer = await this.readers.seam.ask({ question: 'dossier', asked, filter }, async (touches, also) => {
      const begun = await this.readers.subjects.begin(query.subject);
      const { role } = asked.by;
      const look = { question: 'dossier', role, ...(asked.reason && { reason: asked.reason }) };
      const asker = { values: mayReadValues(role), look };
      if (begun.rest && query.as === 'json' && !(await keyIsGone(this.readers, query.subject))) {
        touches([query.subject]);
        return new JsonAnswer((gone) => this.maker.long(query, begun, { ...asker, also, gone }));
      }
      const person = await readPerson(this.readers, query, begun);
      if (!person) return undefined;
      touches(person.subjects);
      const erased = erasedPerson(person);
      if (erased) return erased;
      if (query.as === 'json') return new JsonAnswer(await this.maker.whole(query, person, asker));
      return dossierText(await this.maker.view(person, asker), query.lang ?? 'ru');
    });
    if (answer instanceof ErasedPerson) throw answer.problem();
    return answer;
  }
}
