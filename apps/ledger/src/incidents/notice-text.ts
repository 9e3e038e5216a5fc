// What does a notice to an authority look like as plain text? Field by field, in the language asked for.
import { type Language } from '@derbes/policy';
import { type AuthorityNotice } from './authority-notice.js';
import { kindWords, noticeWords } from './notice-words.js';

type Field = readonly [name: keyof typeof noticeWords, value: string | undefined];

export function noticeText(notice: AuthorityNotice, language: Language): string {
  const { nature, contact, measures } = notice;
  const unknown = noticeWords.unknown[language];
  const window = [nature.from, nature.until].some((one) => one !== undefined)
    ? `${nature.from ?? '…'} – ${nature.until ?? notice.detected}`
    : undefined;
  const categories = nature.categories.map(({ label, people }) => `${label[language]}: ${people}`).join('; ');
  const fields: Field[] = [
    ['controller', contact.controller?.[language]],
    ['bin', contact.bin],
    ['address', contact.address],
    ['officer', contact.officer],
    ['contact', contact.contacts.map(({ value }) => value).join(', ')],
    ['kind', kindWords[notice.kind]?.[language] ?? notice.kind],
    ['detected', notice.detected],
    ['due', notice.due],
    ['delay', notice.delay],
    ['place', nature.place],
    ['window', window],
    ['people', nature.people ?? unknown],
    ['records', nature.records ?? unknown],
    ['categories', categories],
    ['text', nature.text ?? unknown],
    ['consequences', notice.consequences ?? unknown],
    ['measures', measures.length > 0 ? measures.join('\n\n') : unknown],
  ];
  const lines = fields.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${noticeWords[name][language]}: ${value}`],
  );
  const late = notice.late ? ['', noticeWords.late[language]] : [];
  return `${[noticeWords.title[language], '', ...lines, ...late].join('\n')}\n`;
}
