// Who carries out the commands about representatives and a person's status?
import { decidePerson, type PersonCommand, type PersonDecision } from '@derbes/domain';
import { type JsonValue } from '@derbes/kernel';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { type Plan } from '../write/command-writer.js';
import { type Done } from '../write/commands.js';
import { foldsOf } from '../write/folds-of.js';
import { contentOf } from '../write/handlers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import {
  ChangeStatus,
  EndRepresentation,
  RecogniseRepresentative,
  type RepresentativeMade,
  type StatusChanged,
} from './people-commands.js';

export interface Decided {
  readonly decision: PersonDecision;
  readonly plan: Omit<Plan, 'result'>;
}

/** By what stands on the disk about the person and everybody merged with her. */
export async function decidedNow(
  writers: Pick<Writers, 'cache' | 'registers'>,
  command: PersonCommand,
  at: string,
): Promise<Decided> {
  const { folds, heads } = await foldsOf(writers, [command.subject], at);
  const decision = decidePerson(command, folds, { ...writers.registers.outside, at });
  return { decision, plan: { drafts: decision.drafts, heads } };
}

@CommandHandler(RecogniseRepresentative)
export class RecogniseRepresentativeHandler implements ICommandHandler<RecogniseRepresentative> {
  constructor(private readonly writers: Writers) {}

  execute(command: RecogniseRepresentative): Promise<RepresentativeMade> {
    const { subject, kind, name, contact, document, scope, exclusive, from, until, act, article, staff } = command;
    const [representative, representation] = [randomUUID(), randomUUID()];
    const values: JsonValue[] = [name];
    const handle = (value: string | undefined) => (value === undefined ? undefined : values.push(value) - 1);
    const [itsContact, itsNumber] = [handle(contact), handle(document?.number)];
    return this.writers.commands.write<Omit<RepresentativeMade, 'status'>>({
      asked: command.asked,
      content: contentOf(command),
      decide: async (at) => {
        const recognise: PersonCommand = {
          type: 'RecogniseRepresentative',
          subject,
          representative,
          kind,
          ...(scope && { scope }),
          exclusive,
          from: from === undefined ? at : wholeSeconds(from),
          until: until === undefined ? undefined : wholeSeconds(until),
          ...(document && { document: { kind: document.kind, date: document.date } }),
          act,
          article,
          staff,
          name: 0,
          contact: itsContact,
          number: itsNumber,
        };
        const { decision, plan } = await decidedNow(this.writers, recognise, at);
        const against = decision.conflicts.flatMap(({ between }) => between.filter((one) => one !== representative));
        return {
          ...plan,
          values,
          drafts: plan.drafts.map((draft) => ({ ...draft, id: representation })),
          result: { outcome: decision.outcome, against },
        };
      },
      result: { representation, outcome: 'recognised', against: [] },
    });
  }
}

@CommandHandler(EndRepresentation)
export class EndRepresentationHandler implements ICommandHandler<EndRepresentation> {
  constructor(private readonly writers: Writers) {}

  execute(command: EndRepresentation): Promise<Done> {
    const { subject, representation: recognition, ground, staff } = command;
    return this.writers.commands.write({
      asked: command.asked,
      content: contentOf(command),
      decide: async (at) => {
        const end = { type: 'EndRepresentation', subject, recognition, ground, staff } as const;
        return (await decidedNow(this.writers, end, at)).plan;
      },
      result: {},
    });
  }
}

@CommandHandler(ChangeStatus)
export class ChangeStatusHandler implements ICommandHandler<ChangeStatus> {
  constructor(private readonly writers: Writers) {}

  execute(command: ChangeStatus): Promise<StatusChanged> {
    const { subject, status, turns, document, act, article, staff } = command;
    return this.writers.commands.write<Omit<StatusChanged, 'status'>>({
      asked: command.asked,
      content: contentOf(command),
      decide: async (at) => {
        const change: PersonCommand = {
          type: 'ChangeStatus',
          subject,
          status,
          ...(turns && { turns: { age: turns.age, on: turns.on } }),
          ...(document && { document: { kind: document.kind, date: document.date } }),
          act,
          article,
          staff,
        };
        const { decision, plan } = await decidedNow(this.writers, change, at);
        return { ...plan, result: { outcome: decision.outcome } };
      },
      result: { outcome: 'changed' },
    });
  }
}

export const peopleHandlers = [RecogniseRepresentativeHandler, EndRepresentationHandler, ChangeStatusHandler];
