// Which edition of the policy is in force at a moment, and what does an edition say? Public words: nobody is looked at.
import { type Edition } from '@derbes/domain';
import { type Language, type Policy } from '@derbes/policy';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { wholeSeconds } from '../write/telling-parts.js';
import { ReadEdition, ReadEditionInForce } from './queries.js';
import { Readers } from './readers.js';

/** An edition with its full text per language, and the policy file behind it. */
export interface EditionView extends Omit<Edition, 'code'> {
  readonly edition: string;
  readonly texts: Readonly<Partial<Record<string, string>>>;
  readonly policy: Policy;
}

function viewOf({ registers }: Readers, document: string | undefined): EditionView | undefined {
  const edition = registers.registers.editions.findLast((one) => one.document === document);
  const content = edition && registers.edition(edition.document);
  if (!edition || !content) return undefined;
  const { code, ...published } = edition;
  return { ...published, edition: code, texts: content.texts, policy: content.declared.policy };
}

/** The text in the language asked for, else in that of the edition which decides. */
function answerOf(view: EditionView | undefined, as: 'json' | 'text', lang: Language = 'ru') {
  if (!view || as === 'json') return view;
  return view.texts[lang] ?? view.texts[view.policy.edition.authoritative] ?? '';
}

@QueryHandler(ReadEditionInForce)
export class ReadEditionInForceHandler implements IQueryHandler<ReadEditionInForce> {
  constructor(private readonly readers: Readers) {}

  async execute({ at, as, lang }: ReadEditionInForce): Promise<EditionView | string | undefined> {
    const moment = at === undefined ? this.readers.now() : wholeSeconds(at);
    await this.readers.registers.fresh();
    const document = this.readers.registers.editionAt(moment);
    return answerOf(viewOf(this.readers, document), as, lang);
  }
}

@QueryHandler(ReadEdition)
export class ReadEditionHandler implements IQueryHandler<ReadEdition> {
  constructor(private readonly readers: Readers) {}

  async execute({ document, as, lang }: ReadEdition): Promise<EditionView | string | undefined> {
    await this.readers.registers.fresh();
    return answerOf(viewOf(this.readers, document), as, lang);
  }
}
