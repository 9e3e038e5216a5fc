// Where is a holder or recipient reached, and by which keys is its word proved? As last set; address and secret are opened for one use.
import { destinationAt, type DeliveryMode, type Destination } from '@derbes/domain';
import { asOwnerName, type Vault } from '@derbes/vault';
import { type KnownRegisters } from '../write/known-registers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { type PartyKeys } from './signature.js';

export interface Reached {
  readonly by: DeliveryMode;
  /** Absent where nothing is sent, or it cannot be opened any more. */
  readonly address?: string;
  readonly keys: PartyKeys;
}

/** `holder/crm` → the facts that name it. */
export function whomOf(addressee: string): { readonly holder: string } | { readonly recipient: string } {
  const border = addressee.indexOf('/');
  const code = addressee.slice(border + 1);
  return addressee.slice(0, border) === 'holder' ? { holder: code } : { recipient: code };
}

export class Destinations {
  constructor(
    private readonly registers: KnownRegisters,
    private readonly vault: Vault,
    private readonly clock: () => Date,
  ) {}

  /** Those of these addressees that a destination was ever set for. */
  async of(addressees: readonly string[]): Promise<ReadonlyMap<string, Reached>> {
    await this.registers.fresh();
    const now = wholeSeconds(this.clock().toISOString());
    const set = addressees.flatMap((addressee): (readonly [string, Destination])[] => {
      const destination = destinationAt(this.registers.registers, whomOf(addressee), now);
      return destination ? [[addressee, destination]] : [];
    });
    return new Map(
      await Promise.all(set.map(async ([addressee, one]) => [addressee, await this.opened(one)] as const)),
    );
  }

  private async opened({ event, by, ackKey }: Destination): Promise<Reached> {
    const { parts = [], stream } = this.registers.history.find(({ id }) => id === event) ?? {};
    const opened = await this.vault.open(
      parts.map((part) => ({ eventId: event, owner: asOwnerName(part.owner ?? stream ?? ''), part })),
    );
    const values = new Map(opened.flatMap((one) => ('value' in one ? [[one.category, one.value] as const] : [])));
    const [address, secret] = [values.get('meta.address'), values.get('meta.secret')];
    return {
      by,
      ...(typeof address === 'string' && { address }),
      keys: { ...(typeof secret === 'string' && { secret }), ...(ackKey !== undefined && { ed25519: ackKey }) },
    };
  }
}
