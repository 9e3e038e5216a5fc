// How does a report look as plain text? Headings, sentences and aligned fields, no line longer than 100 columns.

export const columnsMax = 100;
const labelColumnsMax = 26;
const indentColumns = 2;

export type Field = readonly [label: string, value: string | undefined];

/** Collects the lines of one report. */
export class Sheet {
  private readonly lines: string[] = [];

  title(text: string): this {
    this.lines.push(text.toUpperCase(), '='.repeat(Math.min(widthOf(text), columnsMax)));
    return this;
  }

  heading(text: string): this {
    this.lines.push('', ...wrap(text, columnsMax), '-'.repeat(Math.min(widthOf(text), columnsMax)));
    return this;
  }

  /** A paragraph; `depth` counts indents. */
  text(text: string, depth = 0): this {
    const indent = ' '.repeat(depth * indentColumns);
    for (const line of wrap(text, columnsMax - indent.length)) this.lines.push(indent + line);
    return this;
  }

  bullet(text: string, depth = 0): this {
    const indent = ' '.repeat(depth * indentColumns);
    wrap(text, columnsMax - indent.length - 2).forEach((line, i) =>
      this.lines.push(`${indent}${i === 0 ? '- ' : '  '}${line}`),
    );
    return this;
  }

  gap(): this {
    if (this.lines.at(-1) !== '') this.lines.push('');
    return this;
  }

  /** One line as it is, its first column `columns` wide. */
  row(first: string, rest: string, columns: number): this {
    this.lines.push(`${first.padEnd(columns)} ${rest}`);
    return this;
  }

  /** Labels in one column, values in the next; a field without a value is left out, a label is not repeated below itself. */
  fields(fields: readonly Field[], depth = 0): this {
    const indent = ' '.repeat(depth * indentColumns);
    const told = fields.filter(
      (field): field is readonly [string, string] => field[1] !== undefined && field[1] !== '',
    );
    const column = Math.min(labelColumnsMax, Math.max(0, ...told.map(([label]) => widthOf(label) + 1)));
    let before = '';
    for (const [label, value] of told) {
      const named = (label === before ? '' : `${label}:`).padEnd(column);
      before = label;
      const room = columnsMax - indent.length - column - 1;
      wrap(value, room).forEach((line, i) => {
        const first = widthOf(named) > column ? `${indent}${named}\n${indent}${' '.repeat(column)}` : indent + named;
        this.lines.push(`${i === 0 ? first : indent + ' '.repeat(column)} ${line}`);
      });
    }
    return this;
  }

  toString(): string {
    return `${this.lines.join('\n')}\n`;
  }
}

const widthOf = (text: string): number => [...text].length;

/**
 * Values are other people's words: what steers a terminal or turns the reading direction is shown as a replacement character,
 * so that no value can draw over the report.
 */
const plain = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/(?!\n)[\p{Cc}\u{61c}\u{200e}\u{200f}\u{2028}-\u{202e}\u{2066}-\u{2069}]/gu, '\u{fffd}');

/** Breaks at spaces; a word longer than the room is cut, so that no line ever exceeds it. */
export function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const paragraph of plain(text).split('\n')) {
    let line = '';
    for (const word of cutWords(paragraph, room)) {
      if (line === '') line = word;
      else if (widthOf(line) + 1 + widthOf(word) <= room) line += ` ${word}`;
      else {
        lines.push(line);
        line = word;
      }
    }
    lines.push(line);
  }
  return lines;
}

function cutWords(paragraph: string, room: number): string[] {
  return paragraph
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) => {
      const signs = [...word];
      const pieces: string[] = [];
      for (let at = 0; at < signs.length; at += room) pieces.push(signs.slice(at, at + room).join(''));
      return pieces;
    });
}
