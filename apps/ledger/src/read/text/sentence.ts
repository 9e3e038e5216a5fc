// What does one event mean? One sentence: what happened, then what it was about.
import { type TimelineLine } from '@derbes/domain';
import { type FactValue } from '@derbes/kernel';
import { type Language } from '@derbes/policy';
import { type Wording } from '../dossier-view.js';
import { Phrases } from './phrases.js';
import { type MessageKey } from './ru.js';

/** Facts that are told, in this order, and what each is called. Others are ids of other records, or said by the type. */
const told: readonly (readonly [fact: string, called: MessageKey])[] = [
  ['scope', 'scope'],
  ['categories', 'data'],
  ['purposes', 'purposes'],
  ['purpose', 'purpose'],
  ['scheme', 'identifiers.scheme'],
  ['recipient', 'recipient'],
  ['country', 'country'],
  ['mode', 'mode'],
  ['holder', 'system'],
  ['role', 'role'],
  ['basis', 'basis'],
  ['origin', 'origin'],
  ['kind', 'kind'],
  ['effect', 'effect'],
  ['manner', 'manner'],
  ['place', 'place'],
  ['ground', 'reason'],
  ['method', 'method'],
  ['copiesUntil', 'copies-until'],
  ['channel', 'via'],
  ['about', 'about'],
  ['received', 'received'],
  ['since', 'since'],
  ['until', 'until'],
];

/** The sentences of one answer. Events that say the same facts mean the same. */
export class Sentences {
  private readonly said = new WeakMap<object, Map<string, string>>();

  constructor(
    private readonly wording: Wording,
    private readonly language: Language,
  ) {}

  of(line: Parameters<typeof sentenceOf>[0]): string {
    const byType = this.said.get(line.facts) ?? new Map<string, string>();
    this.said.set(line.facts, byType);
    const said = byType.get(line.type) ?? sentenceOf(line, this.wording, this.language);
    byType.set(line.type, said);
    return said;
  }
}

/** A sentence in one language; codes are put into the words of the policy and of the ledger. */
export function sentenceOf(
  { type, facts }: Pick<TimelineLine<{ event: string }>, 'type' | 'facts'>,
  wording: Wording,
  language: Language,
): string {
  const phrases = new Phrases(wording, language);
  const { speech } = phrases;
  const details = told.flatMap(([fact, called]) => {
    const value = facts[fact];
    const said = value === undefined ? undefined : wordsFor(fact, value, type, phrases);
    return said === undefined ? [] : [`${speech.say(called).toLowerCase()}: ${said}`];
  });
  const happened = speech.code('event', type);
  const said = details.length === 0 ? happened : `${happened}: ${details.join('; ')}`;
  return said.endsWith('.') ? said : `${said}.`;
}

function wordsFor(fact: string, value: FactValue, type: string, phrases: Phrases): string | undefined {
  const { speech } = phrases;
  if (isTexts(value)) return fact === 'categories' ? phrases.categories(value) : phrases.purposes(value);
  if (typeof value !== 'string') {
    const { code, kind, means, moment, precision } = value as Readonly<Record<string, string | undefined>>;
    if (fact === 'basis' && code !== undefined) return phrases.basis(code);
    if (fact === 'since' && moment !== undefined) {
      const day = speech.day(moment);
      return precision === 'not-later-than' ? speech.say('since.not-later-than', { moment: day }) : day;
    }
    if (fact !== 'origin' || kind === undefined) return undefined;
    return means === undefined ? speech.code('origin', kind) : `${speech.code('origin', kind)}, ${speech.free(means)}`;
  }
  switch (fact) {
    case 'purpose':
      return phrases.purpose(value);
    case 'country':
      return speech.country(value);
    case 'holder':
      return phrases.holder(value);
    case 'ground':
      return phrases.ground(value);
    case 'recipient':
      return value;
    case 'kind':
      return kindOf(value, type, phrases);
    case 'received':
      return speech.time(value);
    case 'since':
    case 'until':
    case 'copiesUntil':
      return speech.day(value);
    default:
      return speech.code(fact, value);
  }
}

/** Of a person or device the first word says enough. */
function kindOf(value: string, type: string, { speech }: Phrases): string | undefined {
  if (type === 'SubjectRegistered') return undefined;
  return type.startsWith('Relation') ? speech.code('relation', value) : speech.free(value);
}

const isTexts = (value: FactValue): value is readonly string[] => Array.isArray(value);
