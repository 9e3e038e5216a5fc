// What is a process that calls one webhook after the other and says what came of each? Whom it trusts is said when it is started.
import { CallFailed, defaultCallLimits, WebhookCalls } from '../webhook-call.js';

/** The program's one argument, as JSON. */
export interface CallingOrder {
  readonly urls: readonly string[];
}

const waitMsMax = 60_000;
const order = JSON.parse(process.argv[2] ?? '{}') as CallingOrder;
const calls = new WebhookCalls({ ...defaultCallLimits, connectMsMax: waitMsMax, totalMsMax: waitMsMax });
const said: (number | string)[] = [];
for (const url of order.urls) {
  const sent = calls.post({ url: new URL(url), addresses: ['127.0.0.1'] }, { 'webhook-id': 'm1' }, Buffer.from('{}'));
  said.push(
    await sent.then(
      ({ status }) => status,
      (error: unknown) => (error instanceof CallFailed ? error.fault : String(error)),
    ),
  );
}
calls.close();
process.stdout.write(JSON.stringify(said));
