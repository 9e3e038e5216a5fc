// What does a row look like in COPY's text format? One line, its values between tabs, `\N` where one is absent.
import { snake, type Column, type Table } from './table.js';

const absent = '\\N';

/** What COPY would read as something else. No form of a column allows them but a source, which may have a backslash. */
const unsafe = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const safe = (text: string): string =>
  unsafe.test(text) ? text.replace(/[\\\t\n\r]/g, (sign) => escapes[sign] ?? sign) : text;

/** What an array may hold without quotes: codes, ids, hashes, moments, most places. */
const bare = /^[a-z0-9.:-]+$/i;

// A code may be the word null, which without quotes would be the absence of one.
const element = (text: string): string =>
  bare.test(text) && text.length !== 'null'.length ? text : safe(`"${text.replace(/["\\]/g, '\\$&')}"`);

const array = (items: readonly unknown[]): string => {
  let text = '{';
  for (const item of items) text += `${text.length > 1 ? ',' : ''}${element(String(item))}`;
  return `${text}}`;
};

type Write = (value: unknown) => string;

function writeOf({ sqlType }: Column): Write {
  if (sqlType.endsWith('[]')) return (value) => array(value as readonly unknown[]);
  if (sqlType === 'read_models.codes_by_name') return (value) => safe(JSON.stringify(value));
  return (value) => safe(String(value));
}

interface Written {
  readonly names: readonly string[];
  readonly writes: readonly Write[];
  readonly columns: string;
}

const known = new WeakMap<Table, Written>();

function writtenOf(table: Table): Written {
  const before = known.get(table);
  if (before) return before;
  const names = Object.keys(table.columns);
  const written = { names, writes: Object.values(table.columns).map(writeOf), columns: names.map(snake).join(', ') };
  known.set(table, written);
  return written;
}

/** The columns of a row's line, in their order. */
export const copyColumns = (table: Table): string => writtenOf(table).columns;

export function copyLine(table: Table, row: object): string {
  const { names, writes } = writtenOf(table);
  const values = row as Readonly<Record<string, unknown>>;
  let line = '';
  for (let i = 0; i < names.length; i++) {
    const value = values[names[i] ?? ''];
    line += (i === 0 ? '' : '\t') + (value === undefined ? absent : (writes[i]?.(value) ?? absent));
  }
  return `${line}\n`;
}
