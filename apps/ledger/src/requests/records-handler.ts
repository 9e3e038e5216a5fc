// Who decides what becomes of what a request said, when its term is over: an officer, or the term itself where its row is sure?
import { requestDecider, requestStream, type DecideRecords as Decide } from '@derbes/domain';
import { Refused } from '@derbes/kernel';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Readers } from '../read/readers.js';
import { type Plan } from '../write/command-writer.js';
import { type Done } from '../write/commands.js';
import { contentOf } from '../write/handlers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import { personOf } from './persons.js';
import { destroyRecords } from './records-destruction.js';
import { DecideRecords } from './request-commands.js';
import { readRequestStream } from './request-streams.js';

/** Refuses as the rules do; a hold of which the law forbids to tell is answered in the same words as any other. */
export async function recordsPlan(writers: Writers, decide: Decide, request: string, at: string): Promise<Plan> {
  const { registers, restricted, store } = writers;
  const { state, head } = await readRequestStream(store, request);
  const { subject } = state.identity ?? {};
  const person = subject === undefined ? undefined : await personOf(writers, subject, at);
  if (decide.decide === 'destroy' && person && (await restricted.holdsOn(person.members, at)).length > 0) {
    throw new Refused('RECORDS_HELD', 'a hold keeps what is about the person');
  }
  const drafts = requestDecider.decide(decide, state, { ...registers.outside, at, request, person: person?.fold });
  return { drafts, heads: new Map([[requestStream(request), head]]) };
}

@CommandHandler(DecideRecords)
export class DecideRecordsHandler implements ICommandHandler<DecideRecords> {
  constructor(
    private readonly writers: Writers,
    private readonly readers: Readers,
  ) {}

  async execute(command: DecideRecords): Promise<Done> {
    const { request, decide, until, act, article, reason, staff } = command;
    const moment = until === undefined ? undefined : wholeSeconds(until);
    const said = { decide, by: 'officer', until: moment, act, article, reason, staff } as const;
    const done = await this.writers.commands.write({
      asked: command.asked,
      content: contentOf(command),
      decide: (at) => recordsPlan(this.writers, { type: 'DecideRecords', ...said }, request, at),
      result: {},
    });
    if (decide === 'destroy') await destroyRecords(this.readers, request);
    return done;
  }
}
