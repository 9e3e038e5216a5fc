// In which form and language is the answer wanted?
import { type FastifyRequest } from 'fastify';
import { languages } from './facts/parts.js';
import { Problem } from './problem/problem.js';
import { type Language } from '../read/queries.js';

interface Wish {
  readonly value: string;
  readonly quality: number;
}

const wishesMax = 32;

/** The wishes of an Accept-like header, the dearest first; those of quality 0 last (RFC 9110 section 12.4.2). */
function wishesOf(header: string | undefined): Wish[] {
  return (header ?? '')
    .split(',', wishesMax)
    .map((part) => {
      const [value = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const q = parameters.find((parameter) => parameter.startsWith('q='));
      const quality = q === undefined ? 1 : Number(q.slice('q='.length));
      return { value, quality: quality >= 0 && quality <= 1 ? quality : 0 };
    })
    .filter(({ value }) => value !== '')
    .sort((a, b) => b.quality - a.quality);
}

const textOrJson: Readonly<Record<string, 'json' | 'text'>> = {
  '*/*': 'json',
  'application/*': 'json',
  'application/json': 'json',
  'text/*': 'text',
  'text/plain': 'text',
};
const ofPage: Readonly<Record<string, 'json' | 'text' | 'csv'>> = { ...textOrJson, 'text/csv': 'csv' };
const ofExport: Readonly<Record<string, 'json' | 'csv'>> = {
  '*/*': 'csv',
  'text/*': 'csv',
  'text/csv': 'csv',
  'application/*': 'json',
  'application/json': 'json',
};

function wantedOf<Form>({ headers }: FastifyRequest, forms: Readonly<Record<string, Form>>): Form {
  const wishes = wishesOf(headers.accept);
  const wanted = wishes.length === 0 ? '*/*' : wishes.find(({ value, quality }) => quality > 0 && forms[value])?.value;
  const form = wanted === undefined ? undefined : forms[wanted];
  if (form !== undefined) return form;
  const media = Object.keys(forms).filter((name) => !name.endsWith('*'));
  throw new Problem('NOT_ACCEPTABLE', `answers come as ${media.join(' or ')}`);
}

/** JSON unless text is wanted more. Throws NOT_ACCEPTABLE when neither will do, as the others do. */
export const formWanted = (request: FastifyRequest): 'json' | 'text' => wantedOf(request, textOrJson);

/** Of a page of a register: JSON unless text or CSV is wanted more. */
export const pageFormWanted = (request: FastifyRequest): 'json' | 'text' | 'csv' => wantedOf(request, ofPage);

/** Of a whole register: CSV unless JSON is wanted more. */
export const exportFormWanted = (request: FastifyRequest): 'json' | 'csv' => wantedOf(request, ofExport);

/** The parameter `lang`, else the first known language of Accept-Language, else Russian: the language of the policy. */
export function languageWanted(request: FastifyRequest, lang: Language | undefined): Language {
  if (lang) return lang;
  const wished = wishesOf(request.headers['accept-language']).filter(({ quality }) => quality > 0);
  for (const { value } of wished) {
    const known = languages.find((language) => value === language || value.startsWith(`${language}-`));
    if (known) return known;
  }
  return 'ru';
}
