// Is every way in which a receiver can fail found out, within limits, and without following it anywhere?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:net';
import { type AddressInfo } from 'node:net';
import { type CheckedUrl } from './destination-guard.js';
import { receiver, type Receiver } from './testing/receiver.js';
import { CallFailed, defaultCallLimits, WebhookCalls, type CallLimits } from './webhook-call.js';

let one: Receiver;
let calls: WebhookCalls;
const opened: WebhookCalls[] = [];
const callsWith = (limits: Partial<CallLimits>): WebhookCalls => {
  const made = new WebhookCalls({ ...defaultCallLimits, ...limits });
  opened.push(made);
  return made;
};
beforeAll(async () => {
  one = await receiver();
  calls = callsWith({ connectMsMax: 60_000, totalMsMax: 60_000 });
});
afterAll(async () => {
  for (const made of opened) made.close();
  await one.close();
});

const to = (url: string, ...addresses: string[]): CheckedUrl => ({
  url: new URL(url),
  addresses: [addresses[0] ?? '127.0.0.1', ...addresses.slice(1)],
});
const post = (url: string, by = calls) => by.post(to(url), { 'webhook-id': 'm1' }, Buffer.from('{}'));
const faultOf = async (sent: Promise<unknown>): Promise<string> => {
  const error: unknown = await sent.catch((thrown: unknown) => thrown);
  return error instanceof CallFailed ? error.fault : 'none';
};

describe('a webhook call', () => {
  it('goes to the address that was judged, whatever the name means by now', async () => {
    const { port } = new URL(one.url);
    const answer = await post(`http://ledger.invalid:${port}/there?a=1`);
    expect(answer.status).toBe(204);
    expect(one.received.at(-1)).toMatchObject({
      path: '/there?a=1',
      body: '{}',
      headers: { host: `ledger.invalid:${port}` },
    });
  });

  it('gives status, headers and body, and how long the receiver wants to be left alone', async () => {
    one.answers((_, response) => void response.writeHead(429, { 'retry-after': '7', 'x-one': 'two' }).end('later'));
    const { status, headers, body, retryAfterMs } = await post(one.url);
    expect([status, headers['x-one'], body?.toString(), retryAfterMs]).toEqual([429, 'two', 'later', 7_000]);
  });

  it('follows no redirect', async () => {
    const before = one.received.length;
    one.answers((_, response) => void response.writeHead(307, { location: one.url }).end());
    expect((await post(one.url)).status).toBe(307);
    expect(one.received.length).toBe(before + 1);
  });

  it('reads no more of a body than the limit, and ends the line', async () => {
    let ended: () => void = () => undefined;
    const cut = new Promise<void>((resolve) => (ended = resolve));
    one.answers((_, response) => {
      response.writeHead(200).write(Buffer.alloc(100_000));
      response.on('close', ended);
    });
    const answer = await post(one.url);
    expect([answer.status, answer.body]).toEqual([200, undefined]);
    await cut;
  });

  it('is cut off when the answer ends before it is whole', async () => {
    one.answers((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('12345', () => response.destroy());
    });
    expect(await faultOf(post(one.url))).toBe('cut-off');
  });

  it('ends when no answer comes in time, or none to its end', async () => {
    one.answers(() => undefined);
    expect(await faultOf(post(one.url, callsWith({ totalMsMax: 200 })))).toBe('timeout');
    one.answers((_, response) => void response.writeHead(200).write('12345'));
    expect(await faultOf(post(one.url, callsWith({ totalMsMax: 200 })))).toMatch(/timeout|cut-off/);
  });

  it('begins anew when a line that was kept has been closed meanwhile', async () => {
    let answered = 0;
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      let onLine = 0;
      // The second request on a line finds it closed, as after an idle time.
      socket.on('data', () => {
        if (++onLine > 1) return void socket.resetAndDestroy();
        answered++;
        socket.write('HTTP/1.1 204 No Content\r\nconnection: keep-alive\r\n\r\n');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const fresh = callsWith({ connectMsMax: 60_000, totalMsMax: 60_000 });
    expect((await post(url, fresh)).status).toBe(204);
    expect((await post(url, fresh)).status).toBe(204);
    expect(answered).toBe(2);
    fresh.close();
    await new Promise((resolve) => server.close(resolve));
    expect(await faultOf(post(url, fresh))).toBe('connection-refused');
  });

  it('fails on what is no HTTP, and on what is no TLS', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
      socket.end('hello, this is no protocol of yours\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await faultOf(post(`http://127.0.0.1:${port}/`))).toBe('connection-broken');
    expect(await faultOf(post(`https://127.0.0.1:${port}/`))).toBe('tls');
    await new Promise((resolve) => server.close(resolve));
  });

  it('says nothing of the address or of what was sent when it fails', async () => {
    one.answers((_, response) => void response.destroy());
    const error: unknown = await post(one.url).catch((thrown: unknown) => thrown);
    expect(String(error) + JSON.stringify(error)).not.toMatch(/127|\/hook|m1/);
  });
});
