// What does a published edition say otherwise than another? Public words: nobody is looked at.
import { changeLine, difference, dutyText, kindText, whyOf } from '@derbes/policy';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Readers } from '../read/readers.js';
import { ReadDifference, type EditionDifference } from './edition-queries.js';

@QueryHandler(ReadDifference)
export class ReadDifferenceHandler implements IQueryHandler<ReadDifference> {
  constructor(private readonly readers: Readers) {}

  async execute({ document, from, as, lang = 'ru' }: ReadDifference): Promise<EditionDifference | string | undefined> {
    const { registers } = this.readers;
    await registers.fresh();
    const { editions } = registers.registers;
    const place = editions.findIndex((one) => one.document === document);
    const newer = editions[place];
    const older = from === undefined ? editions[place - 1] : editions.find((one) => one.document === from);
    const after = newer && registers.edition(newer.document);
    const before = older && registers.edition(older.document);
    if (!after || !before) return undefined;
    const found = difference(before.declared, after.declared);
    if (as === 'json') {
      const changes = found.changes.map((change) => ({ ...change, why: whyOf(change) }));
      return { older: sideOf(older), newer: sideOf(newer), ...found, changes };
    }
    const summary = `${older.code} → ${newer.code}: ${kindText(found.kind, lang)}; ${dutyText(found.asks, lang)}`;
    return [summary, ...found.changes.map((change) => changeLine(change, lang)), ''].join('\n');
  }
}

const sideOf = ({ code, document, inForce }: { code: string; document: string; inForce: string }) => ({
  edition: code,
  document,
  inForce,
});
