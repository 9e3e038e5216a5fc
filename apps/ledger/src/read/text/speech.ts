// How is a code, a moment, a country or a number said in one of the three languages?
import { type Labels, type Language } from '@derbes/policy';
import { enCodes } from './en-codes.js';
import { en } from './en.js';
import { kkCodes } from './kk-codes.js';
import { kk } from './kk.js';
import { knownCodes } from './known-codes.js';
import { ruCodes, type CodeKey } from './ru-codes.js';
import { ru, type MessageKey } from './ru.js';

const messages: Readonly<Record<Language, Readonly<Record<MessageKey, string>>>> = { ru, kk, en };
const codes: Readonly<Record<Language, Readonly<Record<CodeKey, string>>>> = { ru: ruCodes, kk: kkCodes, en: enCodes };

/** Moments are told in the local time of the controller; the ledger itself keeps UTC. */
export const timeZone = 'Asia/Almaty';
const locales: Readonly<Record<Language, string>> = { ru: 'ru', kk: 'kk', en: 'en-GB' };
const units = { Y: 'year', M: 'month', D: 'day' } as const;

export class Speech {
  private readonly days: Intl.DateTimeFormat;
  private readonly times: Intl.DateTimeFormat;
  private readonly clocks: Intl.DateTimeFormat;
  private readonly regions: Intl.DisplayNames;

  constructor(readonly language: Language) {
    const locale = locales[language];
    const day = { day: 'numeric', month: 'long', year: 'numeric', timeZone } as const;
    this.days = new Intl.DateTimeFormat(locale, day);
    this.times = new Intl.DateTimeFormat(locale, { ...day, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    this.clocks = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone });
    this.regions = new Intl.DisplayNames([locale], { type: 'region' });
  }

  /** A message with its places filled in. */
  say(key: MessageKey, places: Readonly<Record<string, string>> = {}): string {
    return messages[this.language][key].replace(/\{([a-z]+)\}/g, (_, name: string) => places[name] ?? '');
  }

  label(labels: Labels): string {
    return labels[this.language];
  }

  /** A code of one of the ledger's own closed lists. */
  code(group: string, code: string): string {
    const own: Readonly<Record<string, string>> = codes[this.language];
    return own[`${group}.${code}`] ?? this.free(code);
  }

  /** Whether a code is on that closed list. */
  names(group: string, code: string): boolean {
    return Object.hasOwn(codes[this.language], `${group}.${code}`);
  }

  /** A code that services choose; one that nobody has named is shown as it is. */
  free(code: string): string {
    const known = Object.hasOwn(knownCodes, code) ? knownCodes[code] : undefined;
    return known ? known[this.language] : `«${code}»`;
  }

  get ledger(): string {
    return codes[this.language].ledger;
  }

  /** `2026-11-20T…Z` or `2026-11-20` → "20 ноября 2026 г.". */
  day(moment: string): string {
    // A calendar date has no zone: noon UTC is the same day in Almaty.
    return this.days.format(new Date(moment.length === 10 ? `${moment}T06:00:00Z` : moment));
  }

  time(moment: string): string {
    return this.times.format(new Date(moment));
  }

  /** The time of day: "14:05". */
  clock(moment: string): string {
    return this.clocks.format(new Date(moment));
  }

  country(code: string): string {
    return this.regions.of(code) ?? code;
  }

  /** `P5Y` → "5 лет". */
  term(duration: string): string {
    const [, count, unit] = /^P(\d+)([YMD])$/.exec(duration) ?? [];
    if (count === undefined || unit === undefined) return duration;
    const style = { style: 'unit', unit: units[unit as keyof typeof units], unitDisplay: 'long' } as const;
    return new Intl.NumberFormat(locales[this.language], style).format(Number(count));
  }

  /** `94-V:24(1)(1)` → "ст. 24(1)(1) Закона № 94-V". */
  article(reference: string): string {
    const [act = '', article = ''] = reference.split(':');
    // A number that ends in the convocation of Parliament is that of a law.
    const law = /-[IVX]+$/.test(act);
    if (this.language === 'ru') return `ст. ${article} ${law ? 'Закона' : 'акта'} № ${act}`;
    if (this.language === 'kk') return `№ ${act} ${law ? 'Заңының' : 'актінің'} ${article}-бабы`;
    return `Art. ${article} of ${law ? 'Law' : 'act'} No. ${act}`;
  }
}

const speeches = new Map<Language, Speech>();

/** One speech per language: Intl formatters are dear to make. */
export function speechOf(language: Language): Speech {
  const speech = speeches.get(language) ?? new Speech(language);
  speeches.set(language, speech);
  return speech;
}
