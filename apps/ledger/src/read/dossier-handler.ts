// What does the ledger know about one person? (Art. 24(1)(1))
import { dossierOf } from '@derbes/domain';
import { type Part } from '@derbes/kernel';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { wholeSeconds } from '../write/telling-parts.js';
import { closingCode, type DossierView } from './dossier-view.js';
import { leaveSealed, openPartsOf } from './open-parts.js';
import { organisationsIn } from './organisations.js';
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
    const { retracted, mentions, ...lines } = dossier;
    const { organisations, traces } = await organisationsIn(dossier.categories, person, this.readers);
    const standing = { ...lines, organisations };
    const editions = editionsOf(registers, moments.asOf, editionsNamed(person));
    const profile = registers.profile(editions[0], moments.asOf);
    const findings = findingsAbout(person);
    return {
      ...(values
        ? await openPartsOf(standing, tracesOf(person, traces), this.readers.vault)
        : leaveSealed(standing, 'withheld')),
      ...leaveSealed({ retracted, mentions }, 'not-shown'),
      ...(editions[0] && { controller: controllerOf(editions[0].policy) }),
      access,
      findings,
      wording: wordingOf(dossier, editions, profile),
      closing: closingCode,
    };
  }
}

/** The traces of sealed parts by event: of the person's streams, of the registers, and of where organisations were told of. */
function tracesOf(
  { streams, sources }: Person,
  elsewhere: ReadonlyMap<string, readonly Part[]>,
): ReadonlyMap<string, readonly Part[]> {
  return new Map([
    ...[...streams.flat(), ...sources.events].map(({ id, parts }) => [id, parts] as const),
    ...elsewhere,
  ]);
}
