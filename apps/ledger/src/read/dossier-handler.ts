// What does the ledger know about one person? (Art. 24(1)(1))
import { dossierOf, type Dossier } from '@derbes/domain';
import { type Part } from '@derbes/kernel';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { wholeSeconds } from '../write/telling-parts.js';
import { closingCode, type DossierView } from './dossier-view.js';
import { leaveSealed, openPartsOf } from './open-parts.js';
import { editionsNamed, findingsAbout, mayReadValues, readPerson, type Person } from './person.js';
import { ReadDossier } from './queries.js';
import { Readers } from './readers.js';
import { dossierText } from './text/dossier-text.js';
import { controllerOf, editionsOf, wordingOf } from './wording.js';
import { whoLooked } from './who-looked.js';

@QueryHandler(ReadDossier)
export class ReadDossierHandler implements IQueryHandler<ReadDossier> {
  constructor(private readonly readers: Readers) {}

  execute(query: ReadDossier): Promise<DossierView | string | undefined> {
    const { asked, asOf, asKnownAt } = query;
    const filter = { asOf: asOf && wholeSeconds(asOf), asKnownAt: asKnownAt && wholeSeconds(asKnownAt) };
    return this.readers.seam.ask({ question: 'dossier', asked, filter }, async (touches) => {
      const person = await readPerson(this.readers, query);
      if (!person) return undefined;
      touches(person.subjects);
      const view = await this.view(person, mayReadValues(asked.by.role));
      return query.as === 'text' ? dossierText(view, query.lang ?? 'ru') : view;
    });
  }

  private async view(person: Person, values: boolean): Promise<DossierView> {
    const { subjects, models } = this.readers;
    const { moments, registers } = person;
    const [parts, access] = await Promise.all([
      subjects.places(person.subjects),
      whoLooked(models.access, person.subjects, moments.asKnownAt),
    ]);
    const mentioned = await subjects.mentioned(person, parts);
    const dossier = dossierOf({ ...person, parts, mentioned, registers: person.sources }, moments, person.history);
    const { retracted, mentions, ...standing } = dossier;
    const editions = editionsOf(registers, moments.asOf, editionsNamed(person));
    const profile = registers.profile(editions[0], moments.asOf);
    const findings = findingsAbout(person);
    return {
      ...(await this.opened(standing, person, values)),
      ...leaveSealed({ retracted, mentions }, 'not-shown'),
      ...(editions[0] && { controller: controllerOf(editions[0].policy) }),
      access,
      findings,
      wording: wordingOf(dossier, editions, profile),
      closing: closingCode,
    };
  }

  private opened(standing: Omit<Dossier, 'retracted' | 'mentions'>, person: Person, values: boolean) {
    if (!values) return leaveSealed(standing, 'withheld');
    return openPartsOf(standing, tracesOf(person), this.readers.vault);
  }
}

/** The traces of sealed parts by event, of the person's streams and of the registers. */
function tracesOf({ streams, sources }: Person): ReadonlyMap<string, readonly Part[]> {
  return new Map([...streams.flat(), ...sources.events].map(({ id, parts }) => [id, parts]));
}
