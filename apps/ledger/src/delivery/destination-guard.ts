// May something be sent to this URL? The name is resolved once, every address judged, and the connection goes to these addresses alone.
import { Refused } from '@derbes/kernel';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Networks, plainAddress, reachOf } from './addresses.js';

/** A URL whose addresses were judged; whoever calls it connects to one of these, so that the name cannot mean another one by then. */
export interface CheckedUrl {
  readonly url: URL;
  readonly addresses: readonly [string, ...string[]];
}

export interface GuardParts {
  /** Private networks that a setting allows. */
  readonly networks: Networks;
  /** All addresses of a name; rejects when there is none. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
}

export const urlCharsMax = 2_048;
/** One name has few addresses; the rest of a longer answer is not tried. */
const addressesMax = 8;

const resolved = async (name: string): Promise<readonly string[]> =>
  (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);

export class DestinationGuard {
  constructor(private readonly parts: GuardParts) {}

  /**
   * Throws Refused with DESTINATION_MALFORMED, DESTINATION_UNRESOLVED, DESTINATION_PRIVATE or DESTINATION_NOT_HTTPS. A name that leads
   * to a private address beside public ones is refused too: which one is taken would be luck.
   */
  async check(text: string): Promise<CheckedUrl> {
    const url = urlOf(text);
    const addresses = await this.addressesOf(hostOf(url));
    const reaches = addresses.map((address) => reachOf(address, this.parts.networks));
    if (url.protocol !== 'https:' && reaches.some((reach) => reach !== 'allowed')) {
      throw new Refused('DESTINATION_NOT_HTTPS', 'send to https, or to a network that WEBHOOK_PRIVATE_NETWORKS names');
    }
    if (reaches.includes('private')) {
      throw new Refused('DESTINATION_PRIVATE', 'it leads to an address that is not public, and that no setting allows');
    }
    return { url, addresses };
  }

  /** Throws as `check`, but for a name that leads nowhere yet: the receiver may still be set up, and each sending asks again. */
  async admit(text: string): Promise<void> {
    await this.check(text).catch((error: unknown) => {
      if (!(error instanceof Refused) || error.code !== 'DESTINATION_UNRESOLVED') throw error;
    });
  }

  private async addressesOf(host: string): Promise<readonly [string, ...string[]]> {
    if (isIP(host) !== 0) return [plainAddress(host)];
    const { resolve = resolved } = this.parts;
    const found = await resolve(host.replace(/\.$/, '')).catch(() => []);
    const [first, ...more] = found.slice(0, addressesMax).map(plainAddress);
    if (first === undefined) throw new Refused('DESTINATION_UNRESOLVED', 'its name leads to no address');
    return [first, ...more];
  }
}

/** The parser turns every spelling of an IPv4 address (decimal, octal, hex, shortened) into the usual one: WHATWG URL, "IPv4 parser". */
function urlOf(text: string): URL {
  const refuse = (why: string): Refused => new Refused('DESTINATION_MALFORMED', why);
  if (text.length > urlCharsMax || !URL.canParse(text)) throw refuse('it is no URL of at most 2048 characters');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse('it is no URL of the form https://…');
  if (url.username !== '' || url.password !== '') throw refuse('a user or a password does not belong into it');
  if (url.hash !== '') throw refuse('a fragment does not belong into it');
  return url;
}

const hostOf = ({ hostname }: URL): string => (hostname.startsWith('[') ? hostname.slice(1, -1) : hostname);
