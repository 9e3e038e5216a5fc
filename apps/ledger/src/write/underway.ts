// What has been decided and is not yet known to stand on the disk? The next fact about the same people builds on it.
import { type KeyRow, type OwnerName, type TokenMove, type TokenRow } from '@derbes/vault';

interface Linking {
  readonly tokens: readonly TokenRow[];
  readonly moves: readonly TokenMove[];
}

export class Underway {
  private readonly byToken = new Map<string, KeyRow>();
  private readonly byOwner = new Map<OwnerName, KeyRow>();
  private readonly claims = new Map<string, Promise<unknown>>();
  private readonly moves = new Map<string, Promise<unknown>>();

  /** The owner that an identifier will find, when a unit under way links it. */
  holder(token: Buffer): KeyRow | undefined {
    return this.byToken.get(token.toString('hex'));
  }

  owner(name: OwnerName): KeyRow | undefined {
    return this.byOwner.get(name);
  }

  claim(token: Buffer): Promise<unknown> | undefined {
    return this.claims.get(token.toString('hex'));
  }

  /** A unit under way that moves an identifier. */
  move(token: Buffer): Promise<unknown> | undefined {
    return this.moves.size === 0 ? undefined : this.moves.get(token.toString('hex'));
  }

  get size(): number {
    return this.claims.size;
  }

  /** Resolves when fewer than `most` are under way. */
  async below(most: number): Promise<void> {
    while (this.claims.size >= most) await Promise.race(this.claims.values());
  }

  async none(): Promise<void> {
    await Promise.all(this.claims.values());
  }

  /** Remembers what a unit makes until `done` settles, however it ends; `done` must not reject. */
  add(token: Buffer, owners: readonly KeyRow[], { tokens, moves }: Linking, done: Promise<unknown>): void {
    const made = new Map(owners.map((row) => [row.owner, row]));
    for (const row of owners) this.byOwner.set(row.owner, row);
    const linked = tokens.filter(({ scheme }) => scheme !== 'ref');
    for (const row of linked) {
      const owner = made.get(row.owner);
      if (owner) this.byToken.set(row.token.toString('hex'), owner);
    }
    const name = token.toString('hex');
    const moving = moves.map((move) => move.token.toString('hex'));
    const forget = done.then(() => {
      this.claims.delete(name);
      for (const hex of moving) if (this.moves.get(hex) === forget) this.moves.delete(hex);
      for (const row of owners) if (this.byOwner.get(row.owner) === row) this.byOwner.delete(row.owner);
      for (const row of linked) {
        const hex = row.token.toString('hex');
        if (this.byToken.get(hex) === made.get(row.owner)) this.byToken.delete(hex);
      }
    });
    this.claims.set(name, forget);
    for (const hex of moving) this.moves.set(hex, forget);
  }
}
