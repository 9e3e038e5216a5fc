// Who carries out what is recorded of demands of authorities?
import {
  catalogue,
  decideDemand,
  demandStream,
  foldDemand,
  type DemandCommand,
  type DemandEvent,
} from '@derbes/domain';
import { type EventStore } from '@derbes/event-store';
import { type JsonValue } from '@derbes/kernel';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { type Asked } from '../keys/asked.js';
import { type Plan } from '../write/command-writer.js';
import { type Done } from '../write/commands.js';
import { contentOf } from '../write/handlers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import { AnswerDemand, ReceiveDemand, RefuseDemand, type DemandReceived } from './demand-commands.js';

@CommandHandler(ReceiveDemand)
export class ReceiveDemandHandler implements ICommandHandler<ReceiveDemand> {
  constructor(private readonly writers: Writers) {}

  execute(command: ReceiveDemand): Promise<DemandReceived> {
    const { asked, name, reference, received, due, authority, act, article, categories, subjects, staff } = command;
    const { commands, registers } = this.writers;
    const demand = randomUUID();
    const receive: DemandCommand = {
      type: 'ReceiveDemand',
      authority,
      received: wholeSeconds(received),
      due: due === undefined ? undefined : wholeSeconds(due),
      act,
      article,
      categories,
      subjects,
      staff,
      name: 0,
      reference: reference === undefined ? undefined : 1,
    };
    return commands.write({
      asked,
      content: contentOf(command),
      decide: (at) => ({
        drafts: decideDemand(receive, demand, {}, { ...registers.outside, at }),
        values: reference === undefined ? [name] : [name, reference],
      }),
      result: { demand },
    });
  }
}

@CommandHandler(AnswerDemand)
export class AnswerDemandHandler implements ICommandHandler<AnswerDemand> {
  constructor(private readonly writers: Writers) {}

  execute(command: AnswerDemand): Promise<Done> {
    const { demand, outcome, moment, categories, transfers, staff } = command;
    const answer = {
      type: 'AnswerDemand',
      outcome,
      moment: wholeSeconds(moment),
      categories,
      transfers,
      staff,
    } as const;
    return closed(this.writers, demand, answer, command);
  }
}

@CommandHandler(RefuseDemand)
export class RefuseDemandHandler implements ICommandHandler<RefuseDemand> {
  constructor(private readonly writers: Writers) {}

  execute(command: RefuseDemand): Promise<Done> {
    const { demand, refusal, moment, act, article, staff } = command;
    const refuse = {
      type: 'RefuseDemand',
      reason: refusal,
      moment: wholeSeconds(moment),
      act,
      article,
      staff,
    } as const;
    return closed(this.writers, demand, refuse, command);
  }
}

function closed(
  { commands, registers, store }: Writers,
  demand: string,
  command: DemandCommand,
  body: { readonly asked: Asked },
): Promise<Done> {
  const content: JsonValue = contentOf(body);
  return commands.write({
    asked: body.asked,
    content,
    decide: async (at): Promise<Plan> => {
      const stream = demandStream(demand);
      const events = await eventsOf(store, stream);
      const head = { revision: events.length - 1, at: events.at(-1)?.at ?? at };
      return {
        drafts: decideDemand(command, demand, foldDemand(events), { ...registers.outside, at }),
        heads: new Map([[stream, head]]),
      };
    },
    result: {},
  });
}

async function eventsOf(store: EventStore, stream: string): Promise<DemandEvent[]> {
  const events: DemandEvent[] = [];
  for await (const { bytes } of store.readStream(stream)) events.push(catalogue.readStored(bytes) as DemandEvent);
  return events;
}
