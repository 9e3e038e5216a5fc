// Is what stands in a line of CSV read back whole by a strict reader, and nothing in it computed by a spreadsheet?
import fc from 'fast-check';
import { csvLine, unrun } from './csv.js';
import { readCsv } from './testing/read-csv.js';

/** What a reader does who wants the text as it was. */
const asItWas = (cell: string): string =>
  cell.replace(/(?<=^|[,;"\t\r\n])'(?='* *(?!-(?:$|[,;"\t\r\n]))[=+\-@\t\r\n＝＋－＠])/g, '');

const dangers = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
const odd = fc.string({
  unit: fc.constantFrom(...dangers, "'", '"', ',', ';', ' ', 'a', '1', 'Ж'),
  maxLength: 12,
});

describe('a line of CSV', () => {
  it('is read back field by field by the grammar of RFC 4180, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.array(odd, { minLength: 1, maxLength: 5 }), (cells) => {
        expect(readCsv(csvLine(cells))).toEqual([cells.map(unrun)]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives every text back once the apostrophes that it added are taken away', () => {
    fc.assert(
      fc.property(odd, (text) => expect(asItWas(unrun(text))).toBe(text)),
      { numRuns: 5_000 },
    );
  });

  it('begins no cell with what is computed, whichever separator the reader splits it at', () => {
    fc.assert(
      fc.property(fc.array(odd, { minLength: 1, maxLength: 5 }), (cells) => {
        for (const separator of [',', ';', '\t'])
          for (const cell of csvLine(cells)
            .split(/\r\n|\r|\n/)
            .flatMap((line) => line.split(separator)))
            // A lone hyphen, and the quote that opens a field, compute nothing.
            expect(cell.replace(/^[" ]+/, '').replace(/^-(?=$|[",;\t])/, '')).not.toMatch(/^[=+\-@＝＋－＠]/);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+77010000000', "'+77010000000"],
    ['-5', "'-5"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['a;=HYPERLINK("x")', `a;'=HYPERLINK("x")`],
    ['-', '-'],
    ['urn:example:crm', 'urn:example:crm'],
    ['2026-11-20T09:00:00Z', '2026-11-20T09:00:00Z'],
  ])('writes %j as %j', (text, written) => {
    expect(readCsv(csvLine([text]))).toEqual([[written]]);
  });

  it('puts the codes of a list behind each other, leaves out what does not apply, and writes what is deeper as JSON', () => {
    const line = csvLine([['email', 'phone'], undefined, 7, [], { holder: 'crm' }]);
    expect(line).toBe('"email;phone",,7,,"{""holder"":""crm""}"\r\n');
  });
});
