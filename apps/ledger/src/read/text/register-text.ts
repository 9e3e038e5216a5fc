// What does a page of a register look like as plain text? Row by row, the columns by their names in the API.
import { type Language } from '@derbes/policy';
import { type OpenedPart } from '../dossier-view.js';
import { Sheet } from './sheet.js';
import { speechOf } from './speech.js';

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
    const fields = Object.entries(item).map(([name, value]) => [name, said(value)] as const);
    sheet.gap().fields(fields);
  }
  sheet.gap();
  if (reach.moment !== undefined) sheet.text(speech.say('access.reaches', { moment: speech.time(reach.moment) }));
  if (next !== undefined) sheet.fields([[speech.say('register.next'), next]]);
  return sheet.text(speech.say('closing')).toString();
}

function said(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map((item) => said(item) ?? '').join(', ');
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  const part = value as Partial<OpenedPart>;
  if (part.state !== undefined) return part.state === 'opened' ? said(part.value) : part.state;
  return Object.entries(value)
    .map(([name, item]) => `${name}: ${said(item) ?? ''}`)
    .join('; ');
}
