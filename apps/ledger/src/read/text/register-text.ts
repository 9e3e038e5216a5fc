// What does a page of a register look like as plain text? Row by row, each column under its title, codes in words.
import { type Language } from '@derbes/policy';
import { type OpenedPart, type Wording } from '../dossier-view.js';
import { Phrases } from './phrases.js';
import { columnTitles } from './register-titles.js';
import { columnGroups, freeCodeColumns, ownCodeColumns, registerCodes } from './register-words.js';
import { Sheet } from './sheet.js';
import { speechOf, type Speech } from './speech.js';

interface TextPage {
  readonly items: readonly object[];
  readonly next?: string;
  readonly reach: { readonly moment?: string };
}

export function registerText(register: string, { items, next, reach }: TextPage, language: Language): string {
  const speech = speechOf(language);
  const sheet = new Sheet().title(speech.code('question', register));
  if (items.length === 0) sheet.text(speech.say('register.none'));
  for (const item of items) {
    const fields = Object.entries(item).map(
      ([column, value]) => [titleOf(column, speech), said(column, value, speech)] as const,
    );
    sheet.gap().fields(fields);
  }
  sheet.gap();
  if (reach.moment !== undefined) sheet.text(speech.say('access.reaches', { moment: speech.time(reach.moment) }));
  if (next !== undefined) sheet.fields([[speech.say('register.next'), next]]);
  return sheet.text(speech.say('closing')).toString();
}

function titleOf(column: string, speech: Speech): string {
  const title = columnTitles[column];
  return title ? speech.label(title) : column;
}

function said(column: string, value: unknown, speech: Speech): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map((item) => said(column, item, speech) ?? '').join(', ');
  if (typeof value === 'string') return word(column, value, speech);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const part = value as Partial<OpenedPart>;
  if (part.state !== undefined) return new Phrases(noWording, speech.language).part(value as OpenedPart);
  return Object.entries(value)
    .map(([name, item]) => `${titleOf(name, speech)}: ${said(name, item, speech) ?? ''}`)
    .join('; ');
}

/** Where a register has no value of a column that is part of its key. */
const none = '-';

const isMoment = (text: string): boolean => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text);
const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text);

function word(column: string, text: string, speech: Speech): string {
  if (isMoment(text)) return speech.time(text);
  if (isDay(text)) return speech.day(text);
  if (column === 'country' || column === 'countries') return text === none ? text : speech.country(text);
  if ((column === 'article' || column === 'articles' || column === 'serves') && text.includes(':'))
    return speech.article(text);
  if (column === 'holder' && text === 'ledger') return speech.ledger;
  const group = columnGroups[column]?.find((name) => speech.names(name, text));
  if (group !== undefined) return speech.code(group, text);
  const own = ownCodeColumns.has(column) ? registerCodes[text] : undefined;
  if (own) return speech.label(own);
  return freeCodeColumns.has(column) ? speech.free(text) : text;
}

/** Parts of a register are named by no policy. */
const noWording: Wording = {
  language: 'ru',
  categories: {},
  purposes: {},
  classes: {},
  bases: {},
  statutory: {},
  rights: [],
  acts: {},
};
