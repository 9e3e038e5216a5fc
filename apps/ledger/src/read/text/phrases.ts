// How are categories, purposes, bases and parts put into words, in one language, for one answer?
import { metaPrefix } from '@derbes/domain';
import { type JsonValue } from '@derbes/kernel';
import { type Language } from '@derbes/policy';
import { type OpenedPart, type Words, type Wording } from '../dossier-view.js';
import { speechOf, type Speech } from './speech.js';

/** The words of one answer in one language. */
export class Phrases {
  readonly speech: Speech;

  constructor(
    readonly wording: Wording,
    language: Language,
  ) {
    this.speech = speechOf(language);
  }

  category(code: string): string {
    if (code.startsWith(metaPrefix)) return this.speech.code('meta', code.slice(metaPrefix.length));
    return this.named(this.wording.categories[code], code);
  }

  categories(codes: readonly string[]): string {
    return codes.map((code) => this.category(code)).join(', ');
  }

  purpose(code: string): string {
    return this.named(this.wording.purposes[code], code);
  }

  purposes(codes: readonly string[]): string {
    return codes.map((code) => this.purpose(code)).join('; ');
  }

  recipientClass(code: string): string {
    return this.named(this.wording.classes[code], code);
  }

  basis(code: string): string {
    return this.named(this.wording.bases[code], code);
  }

  /** A ground of law, in the words of the profile, or a code that services choose. */
  ground(code: string): string {
    const words = this.wording.bases[code];
    return words ? this.speech.label(words.label) : this.speech.free(code);
  }

  holder(code: string): string {
    return code === 'ledger' ? this.speech.ledger : code;
  }

  article(reference: string | undefined): string | undefined {
    return reference === undefined || reference === '-' ? undefined : this.speech.article(reference);
  }

  /** What stands in the place of a sealed value. */
  part(part: OpenedPart): string {
    return part.state === 'opened' && part.value !== undefined ? textOf(part.value) : this.unopened(part);
  }

  private unopened({ state }: OpenedPart): string {
    switch (state) {
      case 'tampered':
        return this.speech.say('value.tampered');
      case 'ordered':
        return this.speech.say('value.ordered');
      case 'erased':
        return this.speech.say('value.erased');
      case 'withheld':
      case 'not-shown':
        return this.speech.say('value.withheld');
      default:
        return this.speech.say('value.lost');
    }
  }

  /** The words of the policy itself; where they are in another language than the answer, that is said. */
  quote({ clause, quote }: Words): readonly [label: string, value: string] | undefined {
    if (clause === undefined || quote === undefined) return undefined;
    const original = this.wording.language;
    const label =
      original === this.speech.language
        ? this.speech.say('quote', { clause })
        : this.speech.say('quote.original', { clause, language: this.speech.code('language', original) });
    return [label, `«${quote}»`];
  }

  private named(words: Words | undefined, code: string): string {
    return words ? this.speech.label(words.label) : `«${code}» (${this.speech.say('held.undeclared')})`;
  }
}

/** A sealed value is text or an object of texts. */
function textOf(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, item]) => `${name}: ${textOf(item)}`)
    .join('; ');
}

/** Says what is there, one after another. */
export const together = (...said: readonly (string | undefined)[]): string =>
  said.filter((one) => one !== undefined && one !== '').join('; ');
