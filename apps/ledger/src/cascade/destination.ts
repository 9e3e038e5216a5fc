// Who may say how a holder or recipient is told what it has to do, and what does the ledger keep of it?
import { holderAt, recipientAt, type DeliveryMode, type FactDraft, type Registers } from '@derbes/domain';
import { Refused, type Seal } from '@derbes/kernel';

export interface SettingDestination {
  readonly holder?: string | undefined;
  readonly recipient?: string | undefined;
  readonly by: DeliveryMode;
  readonly ackKey?: string | undefined;
  /** Handles of the values to be sealed. */
  readonly address?: number | undefined;
  readonly secret?: number | undefined;
  /** Key owner of both: the controller's organisation. */
  readonly owner: string;
}

/** DestinationSet in the stream of whom it is about. Refuses HOLDER_UNKNOWN, RECIPIENT_UNKNOWN, ADDRESS_MISSING, ADDRESS_NOT_NEEDED. */
export function decideDestination(setting: SettingDestination, registers: Registers, at: string): FactDraft {
  const { holder, recipient, by, ackKey, address, secret, owner } = setting;
  if ((by === 'webhook') !== (address !== undefined)) {
    throw by === 'webhook'
      ? new Refused('ADDRESS_MISSING', 'a webhook has an address')
      : new Refused('ADDRESS_NOT_NEEDED', 'only a webhook has an address');
  }
  const seals = [
    ['meta.address', address],
    ['meta.secret', secret],
  ].flatMap(([category, value]): Seal[] =>
    typeof category === 'string' && typeof value === 'number' ? [{ category, value, owner }] : [],
  );
  return {
    type: 'DestinationSet',
    stream: streamOf(holder, recipient, registers, at),
    occurred: at,
    facts: {
      ...(holder !== undefined && { holder }),
      ...(recipient !== undefined && { recipient }),
      by,
      ...(ackKey !== undefined && { ackKey }),
    },
    seals,
  };
}

function streamOf(holder: string | undefined, recipient: string | undefined, registers: Registers, at: string): string {
  if (holder !== undefined) {
    const standing = holderAt(registers, holder, at);
    if (standing) return `holder-${standing.uuid}`;
    throw new Refused('HOLDER_UNKNOWN', 'no holder is registered under this code', { holder });
  }
  const standing = recipientAt(registers, recipient ?? '', at);
  if (standing) return `recipient-${standing.uuid}`;
  throw new Refused('RECIPIENT_UNKNOWN', 'no recipient has this code', { recipient: recipient ?? '' });
}
