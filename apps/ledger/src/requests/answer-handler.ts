// Who answers a request? What is told is frozen under the person's key before anybody reads it, and read again from there.
import {
  carriedOut,
  isKnown,
  requestDecider,
  requestStream,
  type RequestCommand,
  type RequestState,
} from '@derbes/domain';
import { Refused, type JsonValue } from '@derbes/kernel';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { Readers } from '../read/readers.js';
import { contentOf } from '../write/handlers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import { AnswerMaker } from './answer-maker.js';
import { answerProjection } from './answer-view.js';
import { freeze, hashOf } from './frozen.js';
import { personOf } from './persons.js';
import { AnswerRequest, type Answered } from './request-commands.js';
import { readRequestStream, type ReadRequestStream } from './request-streams.js';

@CommandHandler(AnswerRequest)
export class AnswerRequestHandler implements ICommandHandler<AnswerRequest> {
  private readonly maker: AnswerMaker;

  constructor(
    private readonly writers: Writers,
    private readonly readers: Readers,
  ) {
    this.maker = new AnswerMaker(readers);
  }

  async execute(command: AnswerRequest): Promise<Answered> {
    const { request, how, language, reason, staff } = command;
    const answer = randomUUID();
    return this.writers.commands.write<Omit<Answered, 'status'>>({
      asked: command.asked,
      content: contentOf(command),
      decide: async (at) => {
        const read = await readRequestStream(this.readers.store, request);
        const outside = { ...this.writers.registers.outside, at, request };
        const done = await this.carriedOut(command, read.state, at);
        const { frozen, values, outcome } = await this.frozen(command, read, done);
        const decide: RequestCommand = {
          type: 'AnswerRequest',
          outcome,
          how,
          ...(command.delivered !== undefined && { delivered: wholeSeconds(command.delivered) }),
          language,
          frozen,
          done,
          open: await this.openTasks(read.state, request, at),
          reason,
          staff,
        };
        const drafts = requestDecider.decide(decide, read.state, outside).map((draft) => ({ ...draft, id: answer }));
        return {
          drafts,
          values,
          heads: new Map([[requestStream(request), read.head]]),
          result: { outcome, hash: frozen.hash },
        };
      },
      result: { answer, outcome: 'nothing-held', hash: '' },
    });
  }

  private async frozen(command: AnswerRequest, { state, events }: ReadRequestStream, done: readonly string[]) {
    const { request, asked, outcome, language } = command;
    const view = await this.maker.make({ request, state, events, asked, outcome, language, done });
    if (!view && state.received) throw new Refused('OUTCOME_MISSING', 'say what came of it', {});
    const chunks = view ? freeze(view) : [];
    const values: JsonValue[] = chunks.map(({ text }) => text);
    return {
      values,
      outcome: view?.outcome ?? 'nothing-held',
      frozen: {
        hash: view ? hashOf(view) : hashOf({}),
        projection: answerProjection,
        head: view?.head,
        holders: view?.holders ?? [],
        differences: view?.differences ?? [],
        sealed: chunks.map(({ category }, value) => ({ category, value })),
      },
    };
  }

  /** What names the request by itself, and what the officer names beside it. */
  private async carriedOut({ request, done = [] }: AnswerRequest, state: RequestState, at: string): Promise<string[]> {
    await this.mustBeHers(done, state);
    const { subject } = state.identity ?? {};
    const person = subject === undefined ? undefined : await personOf(this.writers, subject, at);
    return [...new Set([...(person ? carriedOut(person.fold, request) : []), ...done])];
  }

  /** What is said to have carried the right out stands in her stream. */
  private async mustBeHers(done: readonly string[], { identity }: RequestState): Promise<void> {
    if (done.length === 0) return;
    const found = await this.readers.mentions.find(done);
    const at = this.readers.now();
    const person = identity?.subject === undefined ? undefined : await personOf(this.writers, identity.subject, at);
    const streams = new Set(person?.members.map((one) => `subject-${one}`));
    const strange = done.find((event) => !streams.has(found.get(event)?.stream ?? ''));
    if (strange !== undefined)
      throw new Refused('DONE_UNKNOWN', 'no such event stands about this person', { event: strange });
  }

  /** Tasks of others that this request began and nobody settled. */
  private async openTasks({ identity }: RequestState, request: string, at: string): Promise<string[]> {
    if (identity?.subject === undefined) return [];
    const person = await personOf(this.writers, identity.subject, at);
    if (!person || !isKnown(person.fold)) return [];
    const tasks = [...person.fold.state.tasks.values()].filter((task) => task.request === request);
    return tasks.flatMap(({ event, acknowledged, closed }) => (acknowledged || closed ? [] : [event]));
  }
}
