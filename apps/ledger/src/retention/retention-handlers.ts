// Who carries out what an officer says about data whose last term is over? A class is decided person by person, each by a command of its own.
import { type DecideRetention as Decide } from '@derbes/domain';
import { Refused } from '@derbes/kernel';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Readers } from '../read/readers.js';
import { contentOf } from '../write/handlers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import { decidedNow } from './deciding.js';
import {
  DecideRetention,
  DecideRetentionClass,
  type RetentionClassSaid,
  type RetentionSaid,
} from './retention-commands.js';

/** People of a class that one command decides; whoever has more asks again. */
const classPeopleMax = 500;

type Words = Omit<Decide, 'type' | 'subject'>;

const wordsOf = (command: DecideRetention | DecideRetentionClass): Words => {
  const { category, holder, purpose, decide, until, act, article, reason, staff } = command;
  const moment = until === undefined ? undefined : wholeSeconds(until);
  return { category, holder, purpose, decide, until: moment, act, article, reason, staff };
};

@CommandHandler(DecideRetention)
export class DecideRetentionHandler implements ICommandHandler<DecideRetention> {
  constructor(private readonly writers: Writers) {}

  async execute(command: DecideRetention): Promise<RetentionSaid> {
    const { subject, asked } = command;
    const said = await this.writers.commands.write<Omit<RetentionSaid, 'status'>>({
      asked,
      content: contentOf(command),
      decide: async (at) => {
        const { outcome, plan } = await decidedNow(
          this.writers,
          { type: 'DecideRetention', subject, ...wordsOf(command) },
          at,
        );
        const { decided, kept, orders } = outcome;
        return { ...plan, result: { decided, kept, orders } };
      },
      result: { decided: 0, kept: [], orders: [] },
    });
    await this.writers.erasures.executeAbout(subject);
    return said;
  }
}

@CommandHandler(DecideRetentionClass)
export class DecideRetentionClassHandler implements ICommandHandler<DecideRetentionClass> {
  constructor(
    private readonly writers: Writers,
    private readonly readers: Readers,
  ) {}

  async execute(command: DecideRetentionClass): Promise<RetentionClassSaid> {
    const { category, holder, purpose, asked } = command;
    if (category === undefined && holder === undefined && purpose === undefined) {
      throw new Refused('CLASS_NOT_NAMED', 'name a category, a holder or a purpose');
    }
    const named = { category, holder, purpose };
    const filter = Object.fromEntries(
      Object.entries({ ...named, status: 'waiting' }).filter(([, one]) => one !== undefined),
    );
    const { rows, next } = await this.readers.models.retention.page({ filter, limit: classPeopleMax });
    const people = [...new Set(rows.map(({ subject }) => subject))];
    const all = { people: 0, decided: 0, kept: 0, more: next !== undefined };
    for (const subject of people) {
      const one = Object.assign(new DecideRetention(), { ...command, ...wordsOf(command), subject });
      one.asked = { ...asked, ...keyFor(asked.idempotencyKey, subject) };
      const said = await this.ofPerson(one);
      all.people += said ? 1 : 0;
      all.decided += said?.decided ?? 0;
      all.kept += said?.kept.length ?? 0;
    }
    return all;
  }

  /** Whoever was decided by somebody else meanwhile is passed over. */
  private async ofPerson(command: DecideRetention): Promise<RetentionSaid | undefined> {
    try {
      return await new DecideRetentionHandler(this.writers).execute(command);
    } catch (error) {
      if (error instanceof Refused && passedOver.has(error.code)) return undefined;
      throw error;
    }
  }
}

const passedOver: ReadonlySet<string> = new Set(['NOTHING_DUE', 'ALREADY_ORDERED', 'ALREADY_ERASED', 'MERGED']);

const keyFor = (key: string | undefined, subject: string) =>
  key === undefined ? {} : { idempotencyKey: `${key}.${subject}` };

export const retentionHandlers = [DecideRetentionHandler, DecideRetentionClassHandler];
