// What became of an order to destroy? The certificate, found by its number, for whoever may ask about the person.
import { subjectOfStream } from '@derbes/domain';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { certificateOf, courseOf } from './certificate.js';
import { type CertificateView } from './certificate-view.js';
import { ReadCertificate } from './erasure-queries.js';
import { editionsNamed, readPerson, type Person } from './person.js';
import { Readers } from './readers.js';
import { certificateText } from './text/certificate-text.js';
import { controllerOf, editionsOf, wordingOf } from './wording.js';

@QueryHandler(ReadCertificate)
export class ReadCertificateHandler implements IQueryHandler<ReadCertificate> {
  constructor(private readonly readers: Readers) {}

  execute({ asked, order, as, lang = 'ru' }: ReadCertificate): Promise<CertificateView | string | undefined> {
    return this.readers.seam.ask({ question: 'certificate', asked }, async (touches) => {
      const subject = await this.subjectOf(order);
      if (subject === undefined) return undefined;
      const person = await readPerson(this.readers, { subject }, await this.readers.subjects.begin(subject));
      const view = person && (await this.view(order, person));
      if (!person || !view) return undefined;
      touches(person.subjects);
      return as === 'text' ? certificateText(view, lang) : view;
    });
  }

  /** In whose stream the order stands: claims know it at once, the register of erasures a moment later. */
  private async subjectOf(order: string): Promise<string | undefined> {
    const located = (await this.readers.mentions.find([order])).get(order)?.stream;
    if (located !== undefined) return located.startsWith('subject-') ? subjectOfStream(located) : undefined;
    const { rows } = await this.readers.models.erasures.page({ filter: { order } });
    return rows[0]?.of;
  }

  private async view(number: string, person: Person): Promise<CertificateView | undefined> {
    const { history, moments, registers, subject } = person;
    const course = courseOf(number, history.fold);
    if (!course) return undefined;
    const last = course.executed.some(({ facts }) => facts.more === undefined);
    const final = last ? await this.readers.epochs.finalOf(course.executed.map(({ id }) => id)) : undefined;
    const editions = editionsOf(registers, moments.asOf, editionsNamed(person));
    const profile = registers.profile(editions[0], moments.asOf);
    const said = certificateOf({
      course,
      subject,
      fold: history.fold,
      issued: moments.asKnownAt,
      final,
      policy: editions[0],
      profile,
    });
    const rows = [...said.kept, ...said.decided].flatMap(({ row }) => (row === undefined ? [] : [row]));
    const named = { ...said, statutory: rows.map((code) => ({ code, confirmed: true })) };
    const log = final && (await this.readers.leaves(said.events));
    return {
      ...said,
      ...(log && { log }),
      ...(editions[0] && { controller: controllerOf(editions[0].policy) }),
      wording: wordingOf(named, editions, profile),
    };
  }
}
