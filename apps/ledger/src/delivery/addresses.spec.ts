// Is every spelling of an address that nothing may be sent to found out?
import { describe, expect, it } from '@jest/globals';
import { Networks, plainAddress, reachOf } from './addresses.js';
import { DestinationGuard } from './destination-guard.js';

const none = new Networks([]);

describe('an address that a webhook may not go to', () => {
  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.7',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:a00:1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:1::1',
    '2001:db8::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    'no address',
    '',
  ])('%s is private', (address) => {
    expect(reachOf(address, none)).toBe('private');
  });

  it.each(['8.8.8.8', '100.63.255.255', '172.32.0.1', '2a00:1450:4010::1', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => {
      expect(reachOf(address, none)).toBe('public');
    },
  );

  it('is allowed by a network of the setting, however it is spelled, and its neighbours are not', () => {
    const allowed = new Networks(['127.0.0.0/8', 'fd00::/8']);
    expect(['127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:2', 'fd00:1::1'].map((one) => reachOf(one, allowed))).toEqual(
      Array(4).fill('allowed'),
    );
    expect(['10.0.0.1', '::1', 'fc00::1'].map((one) => reachOf(one, allowed))).toEqual(Array(3).fill('private'));
  });

  it('is the IPv4 address that an IPv6 one wraps', () => {
    expect(plainAddress('::FFFF:10.1.2.3')).toBe('10.1.2.3');
    expect(plainAddress('2A00::0001')).toBe('2a00::1');
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/8/8', 'x/8', '::/129', ''])('%s is no network', (cidr) => {
    expect(() => new Networks([cidr])).toThrow(RangeError);
  });
});

describe('an address of a destination', () => {
  const names: Readonly<Record<string, readonly string[]>> = {
    'public.example': ['93.184.216.34', '2a00::1'],
    'inside.example': ['10.1.2.3'],
    'both.example': ['93.184.216.34', '127.0.0.1'],
    'loopback.example': ['127.0.0.1'],
    'empty.example': [],
  };
  const resolve = (name: string): Promise<readonly string[]> => {
    const found = names[name];
    return found ? Promise.resolve(found) : Promise.reject(new Error('ENOTFOUND'));
  };
  const closed = new DestinationGuard({ networks: new Networks([]), resolve });
  const open = new DestinationGuard({ networks: new Networks(['127.0.0.0/8']), resolve });

  it.each([
    // One address, in every spelling that a URL may have.
    ['https://127.0.0.1/hook', 'DESTINATION_PRIVATE'],
    ['https://2130706433/hook', 'DESTINATION_PRIVATE'],
    ['https://0x7f000001/hook', 'DESTINATION_PRIVATE'],
    ['https://0177.0.0.1/hook', 'DESTINATION_PRIVATE'],
    ['https://127.1/hook', 'DESTINATION_PRIVATE'],
    ['https://0x7f.1/hook', 'DESTINATION_PRIVATE'],
    ['https://①②⑦.⓪.⓪.①/hook', 'DESTINATION_PRIVATE'],
    ['https://[::1]/hook', 'DESTINATION_PRIVATE'],
    ['https://[::ffff:127.0.0.1]/hook', 'DESTINATION_PRIVATE'],
    ['https://[0:0:0:0:0:ffff:7f00:1]/hook', 'DESTINATION_PRIVATE'],
    ['https://0/hook', 'DESTINATION_PRIVATE'],
    ['https://169.254.169.254/latest/meta-data', 'DESTINATION_PRIVATE'],
    ['https://inside.example/', 'DESTINATION_PRIVATE'],
    ['https://INSIDE.example./', 'DESTINATION_PRIVATE'],
    ['https://both.example/', 'DESTINATION_PRIVATE'],
    ['https://nowhere.example/', 'DESTINATION_UNRESOLVED'],
    ['https://empty.example/', 'DESTINATION_UNRESOLVED'],
    ['http://public.example/', 'DESTINATION_NOT_HTTPS'],
    ['ftp://public.example/', 'DESTINATION_MALFORMED'],
    ['https://user:word@public.example/', 'DESTINATION_MALFORMED'],
    ['https://public.example/#there', 'DESTINATION_MALFORMED'],
    [`https://public.example/${'x'.repeat(3_000)}`, 'DESTINATION_MALFORMED'],
    ['public.example', 'DESTINATION_MALFORMED'],
    ['', 'DESTINATION_MALFORMED'],
  ])('%s is refused: %s', async (url, code) => {
    await expect(closed.check(url)).rejects.toMatchObject({ code });
  });

  it('is taken where its name leads to public addresses alone, and to these it is bound', async () => {
    const checked = await closed.check('https://public.example:8443/hook?tenant=1');
    expect(checked.url.href).toBe('https://public.example:8443/hook?tenant=1');
    expect(checked.addresses).toEqual(['93.184.216.34', '2a00::1']);
  });

  it('may be http, or inside, only within the networks of the setting', async () => {
    expect((await open.check('http://127.0.0.1:9000/hook')).addresses).toEqual(['127.0.0.1']);
    expect((await open.check('http://loopback.example/')).addresses).toEqual(['127.0.0.1']);
    expect((await open.check('http://[::ffff:127.0.0.1]/')).addresses).toEqual(['127.0.0.1']);
    await expect(open.check('https://inside.example/')).rejects.toMatchObject({ code: 'DESTINATION_PRIVATE' });
    await expect(open.check('http://both.example/')).rejects.toMatchObject({ code: 'DESTINATION_NOT_HTTPS' });
  });

  it('may be set before its name leads anywhere, and in no other case that is refused', async () => {
    await expect(closed.admit('https://nowhere.example/')).resolves.toBeUndefined();
    await expect(closed.admit('https://public.example/')).resolves.toBeUndefined();
    await expect(closed.admit('https://inside.example/')).rejects.toMatchObject({ code: 'DESTINATION_PRIVATE' });
    await expect(closed.admit('http://public.example/')).rejects.toMatchObject({ code: 'DESTINATION_NOT_HTTPS' });
  });

  it('is never repeated by the refusal', async () => {
    const refused = await closed.check('https://inside.example/hook?of=somebody').catch((error: unknown) => error);
    expect(JSON.stringify(refused) + String(refused)).not.toMatch(/somebody|inside|10\.1/);
  });
});
