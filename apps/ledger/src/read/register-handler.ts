// What stands in a register across subjects? One page, recorded as one answer with the people on it.
import {
  pageRowsMax,
  type Filter,
  type Page as ModelPage,
  type Reach,
  type Register,
  type RegisterName,
} from '@derbes/read-models';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Problem } from '../http/problem/problem.js';
import { leaveSealed, openPartsOf } from './open-parts.js';
import { mayReadValues } from './person.js';
import { pageItemsDefault, ReadRegister, type Page } from './queries.js';
import { Readers } from './readers.js';
import { asProblem, filterOf, recordable, subjectsOf } from './register-question.js';
import { csvPage } from './register-csv.js';
import { type JsonAnswer } from './json-answer.js';
import { registerText } from './text/register-text.js';

type Row = Readonly<Record<string, unknown>>;

/** A page with how far the register reaches. */
export interface RegisterPage extends Page {
  readonly reach: Reach;
}

@QueryHandler(ReadRegister)
export class ReadRegisterHandler implements IQueryHandler<ReadRegister> {
  constructor(private readonly readers: Readers) {}

  execute(query: ReadRegister): Promise<RegisterPage | JsonAnswer | string> {
    const { asked, register } = query;
    const filter = filterOf(query, this.readers);
    return this.readers.seam.ask({ question: register, asked, filter: recordable(filter) }, async (touches) => {
      const page = await this.page(query, filter);
      touches(subjectsOf(page.rows, filter));
      const rows =
        register === 'recipients' ? await this.withNames(page.rows, mayReadValues(asked.by.role)) : page.rows;
      const items = this.citing(register, rows);
      const answer = { items, ...(page.next !== undefined && { next: page.next }), reach: page.reach };
      if (query.as === 'csv') return csvPage(this.readers.models[register].columns, answer);
      return query.as === 'text' ? registerText(register, answer, query.lang ?? 'ru') : answer;
    });
  }

  /** Every row names the articles that it serves, by the profile of the edition in force. */
  private citing(register: RegisterName, rows: readonly object[]): readonly object[] {
    const { registers, models } = this.readers;
    const citing = models[register].citing(registers.profileInForce(this.readers.now()));
    return rows.map((row) => citing(row as Row));
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
      throw asProblem(error);
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
