// derbes-verify: is an export what the log signed, and if not, what is wrong and where? Or be a witness of logs.
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { verifyCommand } from './command.js';
import { type Asking, handedOver, type Scan, Scanner } from './scan.js';
import { witnessCommand } from './witness/command.js';

const [word, ...rest] = process.argv.slice(2);

/** In a thread: answers what the main thread asks. The same file, so that one file is all there is. */
function serveScans(): void {
  const scanner = new Scanner(workerData as Scan);
  parentPort?.on('message', ({ from, to }: Asking) => {
    const answers = scanner.bundles(from, to);
    parentPort?.postMessage(answers, handedOver(answers));
  });
}

async function witness(): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  return witnessCommand(rest, {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    stopped: () => stopped,
    clock: () => new Date(),
  });
}

if (!isMainThread) serveScans();
else if (word === 'witness') process.exitCode = await witness();
else {
  process.exitCode = await verifyCommand(process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    err: process.stderr,
    nowSeconds: () => Date.now() / 1000,
    thread: new URL(import.meta.url),
  });
}
