// May this recipient be registered, restated or suspended; may this holder be registered?
import { Refused, type Decider, type Draft, type Seal } from '@derbes/kernel';
import { type RegisterEvent } from './catalogue.js';
import { type At } from './policy-command.js';
import {
  emptyRegisters,
  evolveRegisters,
  holderAt,
  recipientAt,
  type Registers,
  type Undertaking,
} from './registers.js';

export interface RegisterRecipient {
  readonly type: 'RegisterRecipient';
  /** Names the stream and the owner of what is sealed. */
  readonly uuid: string;
  readonly recipient: string;
  readonly class: string;
  readonly country: string;
  readonly categories: readonly string[];
  readonly purposes: readonly string[];
  readonly undertaking?: Undertaking;
  /** From when on it is so, when that lies before the telling: a ledger begins in the middle of a controller's life. */
  readonly since?: string;
  /** Handles of the values to be sealed. */
  readonly name: number;
  readonly bin?: number;
  readonly undertakingNumber?: number;
}

export interface SuspendRecipient {
  readonly type: 'SuspendRecipient';
  readonly recipient: string;
  readonly from: string;
  readonly ground: string;
}

export interface RegisterHolder {
  readonly type: 'RegisterHolder';
  readonly uuid: string;
  readonly holder: string;
  readonly countries: readonly string[];
  readonly since?: string;
}

export type RecipientCommand = RegisterRecipient | SuspendRecipient | RegisterHolder;

const anyTime = '9999-12-31T23:59:59Z';

/**
 * Decides on all registers, for a code must be unique among all recipients. Refuses RECIPIENT_CODE_TAKEN,
 * RECIPIENT_CODE_CHANGED, UNDERTAKING_ENDS_BEFORE_IT_BEGINS, SINCE_IN_FUTURE, RECIPIENT_UNKNOWN, HOLDER_CODE_TAKEN, HOLDER_CODE_CHANGED.
 */
export const recipientDecider: Decider<RecipientCommand, Registers, RegisterEvent, At> = {
  initial: emptyRegisters,
  evolve: evolveRegisters,
  decide(command, registers, { at }) {
    switch (command.type) {
      case 'RegisterRecipient':
        return register(command, registers, at);
      case 'SuspendRecipient':
        return suspend(command, registers, at);
      case 'RegisterHolder':
        return registerHolder(command, registers, at);
    }
  },
};

function register(command: RegisterRecipient, registers: Registers, at: string): Draft[] {
  const { uuid, recipient, country, categories, purposes, undertaking, name, bin, undertakingNumber } = command;
  const standing = recipientAt(registers, recipient, anyTime);
  if (standing && standing.uuid !== uuid) {
    throw new Refused('RECIPIENT_CODE_TAKEN', 'another recipient has this code', { recipient });
  }
  const other = [...registers.recipients.keys()].find((code) => recipientAt(registers, code, anyTime)?.uuid === uuid);
  if (other !== undefined && other !== recipient) {
    throw new Refused('RECIPIENT_CODE_CHANGED', 'a recipient keeps its code', { recipient: other });
  }
  if (undertaking?.until !== undefined && undertaking.until < undertaking.from) {
    throw new Refused('UNDERTAKING_ENDS_BEFORE_IT_BEGINS', 'the undertaking ends before it begins');
  }
  const owner = `organisation-${uuid}`;
  const sealed: readonly [string, number | undefined][] = [
    ['meta.name', name],
    ['meta.bin', bin],
    ['meta.undertaking', undertakingNumber],
  ];
  const seals = sealed.flatMap(([category, value]): Seal[] =>
    value === undefined ? [] : [{ category, value, owner }],
  );
  const facts = {
    recipient,
    class: command.class,
    country,
    categories,
    purposes,
    ...(undertaking ? { undertaking } : {}),
  };
  return [{ type: 'RecipientRegistered', facts, stream: `recipient-${uuid}`, occurred: sinceOf(command, at), seals }];
}

function suspend({ recipient, from, ground }: SuspendRecipient, registers: Registers, at: string): Draft[] {
  const standing = recipientAt(registers, recipient, anyTime);
  if (!standing) throw new Refused('RECIPIENT_UNKNOWN', 'no recipient has this code', { recipient });
  if (standing.suspended && standing.suspended.from <= from) return [];
  const facts = { recipient, from, ground };
  // One that began before it was told counts for the facts in between; one to come is told now.
  const begun = from < standing.registered ? standing.registered : from;
  const occurred = begun < at ? begun : at;
  return [{ type: 'RecipientSuspended', facts, stream: `recipient-${standing.uuid}`, occurred }];
}

function sinceOf({ since }: { readonly since?: string }, at: string): string {
  if (since !== undefined && since > at) throw new Refused('SINCE_IN_FUTURE', 'it has not begun yet', { since });
  return since ?? at;
}

function registerHolder(command: RegisterHolder, registers: Registers, at: string): Draft[] {
  const { uuid, holder, countries } = command;
  const standing = holderAt(registers, holder, anyTime);
  if (standing && standing.uuid !== uuid) {
    throw new Refused('HOLDER_CODE_TAKEN', 'another holder has this code', { holder });
  }
  const other = [...registers.holders.keys()].find((code) => holderAt(registers, code, anyTime)?.uuid === uuid);
  if (other !== undefined && other !== holder) {
    throw new Refused('HOLDER_CODE_CHANGED', 'a holder keeps its code', { holder: other });
  }
  const unchanged =
    standing?.countries.length === countries.length && countries.every((one) => standing.countries.includes(one));
  if (unchanged) return [];
  return [
    {
      type: 'HolderRegistered',
      facts: { holder, countries },
      stream: `holder-${uuid}`,
      occurred: sinceOf(command, at),
    },
  ];
}
