// Who carries out each command? One handler a command; all write through the same seam.
import {
  decideSubject,
  policyDecider,
  recipientDecider,
  type PolicyCommand,
  type RecipientCommand,
  type SubjectCommand,
} from '@derbes/domain';
import { Refused, type JsonValue } from '@derbes/kernel';
import { declared, loadPolicy, type Mistake } from '@derbes/policy';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { comparedWithPredecessor } from '../editions/predecessor.js';
import { type Asked } from '../keys/asked.js';
import {
  AppointOfficer,
  MergeSubjects,
  PublishPolicy,
  RegisterHolder,
  RegisterRecipient,
  SuspendRecipient,
  UnlinkIdentifier,
  UnmergeSubjects,
  type Done,
  type EditionPublished,
} from './commands.js';
import { foldsOf } from './folds-of.js';
import { ownerOfSubject } from './resolving.js';
import { Writers } from './writers.js';
import { wholeSeconds } from './telling-parts.js';

/** A policy or calendar file that is none, with every mistake by its line. */
export class PolicyMalformed extends Error {
  readonly code: 'POLICY_MALFORMED' | 'CALENDAR_MALFORMED';
  constructor(
    readonly mistakes: readonly Mistake[],
    kind: 'policy' | 'calendar' = 'policy',
  ) {
    super(`the ${kind} has ${mistakes.length} mistakes`);
    this.code = kind === 'policy' ? 'POLICY_MALFORMED' : 'CALENDAR_MALFORMED';
  }
}

/** What a body says, without whoever asks. */
export function contentOf(command: { readonly asked: Asked }): JsonValue {
  const content = { ...command, asked: undefined, command: command.constructor.name };
  return JSON.parse(JSON.stringify(content)) as JsonValue;
}

@CommandHandler(PublishPolicy)
export class PublishPolicyHandler implements ICommandHandler<PublishPolicy> {
  constructor(private readonly writers: Writers) {}

  async execute(command: PublishPolicy): Promise<EditionPublished> {
    const { documents, registers, commands } = this.writers;
    const texts = Object.fromEntries(Object.entries(command.texts).filter(([, text]) => text !== undefined));
    const loaded = loadPolicy(command.yaml, { texts });
    if (!loaded.ok) throw new PolicyMalformed(loaded.mistakes);
    const { policy, document } = loaded;
    const { bytes, sha256 } = document;
    // Durable before an event names it; a document that no event names means nothing.
    await documents.put(sha256, Buffer.from(bytes));
    const inForce = wholeSeconds(command.inForce);
    await registers.fresh();
    const compared = comparedWithPredecessor(registers, sha256, declared(policy));
    const publish: PolicyCommand = {
      type: 'PublishPolicy',
      document: sha256,
      edition: policy.edition.code,
      inForce,
      assertedBy: command.assertedBy,
      languages: policy.edition.texts.map(({ language }) => language),
    };
    return commands.write({
      asked: command.asked,
      content: contentOf(command),
      decide: (at) => ({ drafts: policyDecider.decide(publish, registers.registers, { at }) }),
      result: { edition: sha256, inForce, ...compared },
    });
  }
}

@CommandHandler(AppointOfficer)
export class AppointOfficerHandler implements ICommandHandler<AppointOfficer> {
  constructor(private readonly writers: Writers) {}

  execute(command: AppointOfficer): Promise<Done & { readonly staff: string }> {
    const { registers, commands } = this.writers;
    const staff = randomUUID();
    const appoint: PolicyCommand = { type: 'AppointOfficer', staff, from: wholeSeconds(command.from), name: 0 };
    return commands.write({
      asked: command.asked,
      content: contentOf(command),
      decide: (at) => ({ drafts: policyDecider.decide(appoint, registers.registers, { at }), values: [command.name] }),
      result: { staff },
    });
  }
}

@CommandHandler(RegisterRecipient)
export class RegisterRecipientHandler implements ICommandHandler<RegisterRecipient> {
  constructor(private readonly writers: Writers) {}

  async execute(command: RegisterRecipient): Promise<Done> {
    const { registers, commands, index } = this.writers;
    const { undertaking, bin } = command;
    const values: JsonValue[] = [command.name];
    const handle = (value: string): number => values.push(value) - 1;
    const stream = await index.streamOf('recipient', command.recipient);
    const register: RecipientCommand = {
      type: 'RegisterRecipient',
      uuid: stream.slice('recipient-'.length),
      recipient: command.recipient,
      class: command.class,
      country: command.country,
      categories: command.categories,
      purposes: command.purposes,
      name: 0,
      ...(bin !== undefined && { bin: handle(bin) }),
      ...(undertaking && {
        undertaking: { from: undertaking.from, ...(undertaking.until !== undefined && { until: undertaking.until }) },
        undertakingNumber: handle(undertaking.number),
      }),
      ...(command.since !== undefined && { since: wholeSeconds(command.since) }),
    };
    return commands.write({
      asked: command.asked,
      content: contentOf(command),
      decide: (at) => ({ drafts: recipientDecider.decide(register, registers.registers, { at }), values }),
      result: {},
    });
  }
}

@CommandHandler(SuspendRecipient)
export class SuspendRecipientHandler implements ICommandHandler<SuspendRecipient> {
  constructor(private readonly writers: Writers) {}

  execute(command: SuspendRecipient): Promise<Done> {
    const { recipient, from, ground } = command;
    const { registers, commands } = this.writers;
    return commands.write({
      asked: command.asked,
      content: contentOf(command),
      decide: (at) => {
        const suspend: RecipientCommand = {
          type: 'SuspendRecipient',
          recipient,
          from: from === undefined ? at : wholeSeconds(from),
          ground,
        };
        return { drafts: recipientDecider.decide(suspend, registers.registers, { at }) };
      },
      result: {},
    });
  }
}

@CommandHandler(RegisterHolder)
export class RegisterHolderHandler implements ICommandHandler<RegisterHolder> {
  constructor(private readonly writers: Writers) {}

  async execute(command: RegisterHolder): Promise<Done> {
    const { registers, commands, index } = this.writers;
    const stream = await index.streamOf('holder', command.holder);
    const register: RecipientCommand = {
      type: 'RegisterHolder',
      uuid: stream.slice('holder-'.length),
      holder: command.holder,
      countries: command.countries,
      ...(command.since !== undefined && { since: wholeSeconds(command.since) }),
    };
    return commands.write({
      asked: command.asked,
      content: contentOf(command),
      decide: (at) => ({ drafts: recipientDecider.decide(register, registers.registers, { at }) }),
      result: {},
    });
  }
}

async function writeSubjectCommand(
  writers: Writers,
  command: { readonly asked: Asked },
  subjects: readonly string[],
  decided: (at: string) => SubjectCommand,
): Promise<Done> {
  return writers.commands.write({
    asked: command.asked,
    content: contentOf(command),
    decide: async (at) => {
      const { folds, heads } = await foldsOf(writers, subjects, at);
      return { drafts: decideSubject(decided(at), folds, at).drafts, heads };
    },
    result: {},
  });
}

@CommandHandler(MergeSubjects)
export class MergeSubjectsHandler implements ICommandHandler<MergeSubjects> {
  constructor(private readonly writers: Writers) {}

  execute(command: MergeSubjects): Promise<Done> {
    const { subject: survivor, other: merged, ground } = command;
    return writeSubjectCommand(this.writers, command, [survivor, merged], () => ({
      type: 'MergeSubjects',
      survivor,
      merged,
      ground,
    }));
  }
}

@CommandHandler(UnmergeSubjects)
export class UnmergeSubjectsHandler implements ICommandHandler<UnmergeSubjects> {
  constructor(private readonly writers: Writers) {}

  execute(command: UnmergeSubjects): Promise<Done> {
    const { subject: survivor, other: merged, ground } = command;
    return writeSubjectCommand(this.writers, command, [survivor, merged], () => ({
      type: 'UnmergeSubjects',
      survivor,
      merged,
      ground,
    }));
  }
}

@CommandHandler(UnlinkIdentifier)
export class UnlinkIdentifierHandler implements ICommandHandler<UnlinkIdentifier> {
  constructor(private readonly writers: Writers) {}

  execute(command: UnlinkIdentifier): Promise<Done> {
    const { subject, link, until, ground } = command;
    const { commands, identifiers } = this.writers;
    return commands.write({
      asked: command.asked,
      content: contentOf(command),
      // Its token is freed with it, and a withdrawn claim could not bring that back.
      kind: 'fact',
      decide: async (at) => {
        const { folds, heads } = await foldsOf(this.writers, [subject], at);
        const { drafts, freed } = decideSubject(
          {
            type: 'UnlinkIdentifier',
            subject,
            link,
            until: until === undefined ? at : wholeSeconds(until),
            ground,
          },
          folds,
          at,
        );
        const unlinks = await Promise.all(
          freed.map(async ({ since, until: end, ...of }) => {
            const token = await identifiers.tokenOfLink(of.subject, of.link);
            if (!token) {
              throw new Refused(
                'LINK_UNREADABLE',
                'the identifier behind the link cannot be opened, so it cannot be freed',
              );
            }
            return { token, from: { owner: ownerOfSubject(of.subject), since, until: end } };
          }),
        );
        return { drafts, heads, unlinks };
      },
      result: {},
    });
  }
}
