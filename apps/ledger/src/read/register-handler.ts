// What stands in a register across subjects? One page, recorded as one answer with the people on it.
import { codeCharsMax, codePattern } from '@derbes/domain';
import {
  pageRowsMax,
  RegisterRefused,
  type Filter,
  type Page as ModelPage,
  type Reach,
  type Register,
  type RegisterName,
} from '@derbes/read-models';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Problem } from '../http/problem/problem.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { leaveSealed, openPartsOf } from './open-parts.js';
import { mayReadValues } from './person.js';
import { pageItemsDefault, ReadRegister, type Page } from './queries.js';
import { Readers } from './readers.js';
import { registerText } from './text/register-text.js';

type Row = Readonly<Record<string, unknown>>;

/** A page with how far the register reaches. */
export interface RegisterPage extends Page {
  readonly reach: Reach;
}

@QueryHandler(ReadRegister)
export class ReadRegisterHandler implements IQueryHandler<ReadRegister> {
  constructor(private readonly readers: Readers) {}

  execute(query: ReadRegister): Promise<RegisterPage | string> {
    const { asked, register } = query;
    const filter = filterOf(query);
    return this.readers.seam.ask({ question: register, asked, filter: recordable(filter) }, async (touches) => {
      const page = await this.page(query, filter);
      touches(subjectsOf(page.rows, filter));
      const rows =
        register === 'recipients' ? await this.withNames(page.rows, mayReadValues(asked.by.role)) : page.rows;
      const items = this.citing(register, rows);
      const answer = { items, ...(page.next !== undefined && { next: page.next }), reach: page.reach };
      return query.as === 'text' ? registerText(register, answer, query.lang ?? 'ru') : answer;
    });
  }

  /** Every row names the articles that it serves, by the profile of the edition in force. */
  private citing(register: RegisterName, rows: readonly object[]): readonly object[] {
    const { registers, models } = this.readers;
    const serves = models[register].serves(registers.profileInForce(this.readers.now()));
    return rows.map((row) => ({ ...row, serves: serves(row as Row) }));
  }

  private async page(
    { register, cursor, order, limit = pageItemsDefault }: ReadRegister,
    filter: Filter,
  ): Promise<ModelPage<Row>> {
    if (order && register !== 'access')
      throw new Problem('MALFORMED_QUERY', 'only who looked is told in an order of time');
    const model: Register = this.readers.models[register];
    try {
      const ask = {
        filter,
        limit: Math.min(limit, pageRowsMax),
        ...(cursor !== undefined && { cursor }),
        ...(order && { backwards: true }),
      };
      return (await model.page(ask)) as ModelPage<Row>;
    } catch (error) {
      throw error instanceof RegisterRefused ? problemOf(error) : error;
    }
  }

  /** Name, BIN and number of the undertaking, for those who may read values. */
  private async withNames(rows: readonly Row[], values: boolean): Promise<readonly object[]> {
    await this.readers.registers.fresh();
    const registered = new Map(this.readers.registers.history.map((event) => [event.id, event]));
    const named = rows.map((row) => {
      const event = (row['events'] as readonly string[])
        .map((id) => registered.get(id))
        .find((one) => one?.parts.length);
      const about = event?.parts.map(({ p, owner }) => ({
        event: event.id,
        p,
        owner: owner ?? `organisation-${String(row['id'])}`,
      }));
      return { ...row, about: about ?? [] };
    });
    if (!values) return leaveSealed(named, 'withheld');
    return openPartsOf(named, new Map([...registered.values()].map(({ id, parts }) => [id, parts])), this.readers);
  }
}

function filterOf({
  subject,
  category,
  purpose,
  holder,
  recipient,
  status,
  right,
  overdue,
  code,
  assessment,
  clause,
  source,
  basis,
  period,
  from,
  until,
}: ReadRegister): Filter {
  const named = {
    subject,
    category,
    purpose,
    holder,
    recipient,
    status,
    right,
    overdue,
    code,
    assessment,
    clause,
    source,
    basis,
    period,
    from: from && wholeSeconds(from),
    until: until && wholeSeconds(until),
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

/** Events hold codes in lower case, and nothing else of what was asked by. */
const recordable = ({ code, clause, source, basis, period, ...filter }: Filter): Filter => ({
  ...filter,
  ...(code !== undefined && { code: code.toLowerCase().replaceAll('_', '-') }),
  ...(clause !== undefined && { clause: asCode('clause', clause) }),
  ...(source !== undefined && { source: asCode('source', source) }),
  ...(basis !== undefined && { basis: basis === '-' ? 'none' : basis }),
  ...(period !== undefined && { period: asCode('month', period) }),
});

/** `3.1` as `clause-3.1`, `urn:example:crm` as `source-urn-example-crm`; what cannot be said by a code is left at that it was asked by. */
function asCode(kind: string, value: string): string {
  const code = `${kind}-${value.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-')}`.slice(0, codeCharsMax);
  return new RegExp(codePattern).test(code) ? code : kind;
}

/** The people on a page; who looked names many in one row, so there only a person asked for counts. */
function subjectsOf(rows: readonly Row[], filter: Filter): string[] {
  const named = rows.flatMap(({ subject }) => (typeof subject === 'string' ? [subject] : []));
  return [...new Set(filter['subject'] === undefined ? named : [filter['subject'], ...named])];
}

function problemOf({ code, message }: RegisterRefused): Problem {
  return new Problem(code === 'LIMIT_OUT_OF_RANGE' ? 'MALFORMED_QUERY' : code, message);
}
