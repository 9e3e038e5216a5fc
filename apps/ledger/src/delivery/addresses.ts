// Which addresses may a webhook go to? None that only this machine, its network or its cloud can reach, unless a setting says so.
import { BlockList, isIP, isIPv4 } from 'node:net';

/** Not globally reachable by the IANA special-purpose registry (RFC 6890), multicast (RFC 5771) and reserved (RFC 1112). */
const special4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // A cloud's own server for its machines, at an address that looks public.
  '168.63.129.16/32',
];
/** All that IANA gives out as global unicast (RFC 4291 section 2.4) ... */
const global6 = ['2000::/3'];
/** ... but what tunnels to an IPv4 address, is for documentation, or belongs to a protocol. */
const special6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** Networks by CIDR. */
export class Networks {
  private readonly list = new BlockList();
  readonly size: number;

  /** Throws RangeError for what is no CIDR. */
  constructor(cidrs: readonly string[]) {
    this.size = cidrs.length;
    for (const cidr of cidrs) {
      const [address, bits] = parsed(cidr);
      this.list.addSubnet(address, bits, familyOf(address));
    }
  }

  has(address: string): boolean {
    return this.list.check(address, familyOf(address));
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6');

function parsed(cidr: string): [address: string, bits: number] {
  const [address = '', bits = '', ...more] = cidr.split('/');
  const bitsMax = isIPv4(address) ? 32 : 128;
  if (isIP(address) === 0 || more.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > bitsMax) {
    throw new RangeError('a network is an address, a slash and a number of bits');
  }
  return [address, Number(bits)];
}

const forbidden4 = new Networks(special4);
const allowed6 = new Networks(global6);
const forbidden6 = new Networks(special6);

/** An IPv4 address in the clothes of an IPv6 one (RFC 4291 section 2.5.5.2) is judged as what it is. */
export function plainAddress(address: string): string {
  const [withoutZone = ''] = address.split('%');
  if (isIPv4(withoutZone) || isIP(withoutZone) === 0) return withoutZone;
  const { hostname } = new URL(`http://[${withoutZone}]`);
  const [, high, low] = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname) ?? [];
  if (high === undefined || low === undefined) return hostname.slice(1, -1);
  const [h, l] = [parseInt(high, 16), parseInt(low, 16)];
  return `${h >> 8}.${h & 255}.${l >> 8}.${l & 255}`;
}

/** `public`, `allowed` by the networks given, or `private`, which nothing is sent to. */
export function reachOf(address: string, allowed: Networks): 'public' | 'allowed' | 'private' {
  const plain = plainAddress(address);
  if (isIP(plain) === 0) return 'private';
  if (allowed.has(plain)) return 'allowed';
  if (isIPv4(plain)) return forbidden4.has(plain) ? 'private' : 'public';
  return allowed6.has(plain) && !forbidden6.has(plain) ? 'public' : 'private';
}
