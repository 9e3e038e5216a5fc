// Who takes a request in? What it says is sealed under a key of its own, and what it claims is compared with what is held.
import { dueOfRequest, requestDecider, type Clock, type RequestCommand, type RequestMeta } from '@derbes/domain';
import { type Draft, type JsonValue } from '@derbes/kernel';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { Readers } from '../read/readers.js';
import { contentOf } from '../write/handlers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import { representedBy } from './persons.js';
import { heldAlready } from './proofs.js';
import { requestOwner } from './request-streams.js';
import { ReceiveRequest, type RequestTaken } from './request-commands.js';

@CommandHandler(ReceiveRequest)
export class ReceiveRequestHandler implements ICommandHandler<ReceiveRequest> {
  constructor(
    private readonly writers: Writers,
    private readonly readers: Readers,
  ) {}

  async execute(command: ReceiveRequest): Promise<RequestTaken> {
    const { registers, vault } = this.writers;
    const request = randomUUID();
    const held = await heldAlready(command.claimed ?? [], vault);
    const { values, sealed, notKept } = this.told(command, held);
    return this.writers.commands.write<Omit<RequestTaken, 'status'>>({
      asked: command.asked,
      content: contentOf(command),
      contentOwner: requestOwner(request),
      decide: async (at) => {
        const receive: RequestCommand = {
          ...command,
          type: 'ReceiveRequest',
          received: command.received === undefined ? at : wholeSeconds(command.received),
          sealed,
        };
        const person = await representedBy(this.writers, this.readers, command.representative, at);
        const outside = { ...registers.outside, at, request, person: person?.fold };
        const drafts = requestDecider.decide(receive, requestDecider.initial, outside);
        return { drafts, values, result: takenBy(drafts) };
      },
      result: { request, due: '', clocks: [], notKept },
    });
  }

  /** A person's own number that nobody holds is not collected by asking. */
  private told(command: ReceiveRequest, held: ReadonlySet<number>) {
    const values: JsonValue[] = [];
    const sealed: { readonly category: RequestMeta; readonly value: number }[] = [];
    const notKept: string[] = [];
    const seal = (category: RequestMeta, value: JsonValue | undefined): void => {
      if (value !== undefined) sealed.push({ category, value: values.push(value) - 1 });
    };
    seal('meta.request-text', command.text);
    seal('meta.contact', command.contact);
    seal('meta.letter', command.letter);
    (command.claimed ?? []).forEach(({ scheme, value }, i) => {
      if (held.has(i) || !this.identifiesPerson(scheme)) seal('meta.claimed', { scheme, value });
      else notKept.push(scheme);
    });
    return { values, sealed, notKept };
  }

  private identifiesPerson(scheme: string): boolean {
    const { registers } = this.writers;
    const edition = registers.editionAt(this.readers.now());
    const declared = edition === undefined ? undefined : registers.edition(edition)?.declared.identifier(scheme);
    return declared ? declared.identifies === 'person' : scheme === 'iin';
  }
}

function takenBy([draft]: readonly Draft[]): object {
  const { clocks, late } = draft?.facts as { readonly clocks: readonly Clock[]; readonly late?: 'yes' };
  const first = dueOfRequest({ clocks });
  return {
    clocks,
    ...(first && { due: first.due, ...(first.strict !== undefined && { strict: first.strict }) }),
    ...(late && { late }),
  };
}
