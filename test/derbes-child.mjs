// What of `derbes` is the same for every command line? This process: it carries out those that it is sent, each with streams of its own.
import 'reflect-metadata';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { run } from '../dist/apps/ledger/src/cli/run.js';

process.on('message', async ({ id, args, input, environment }) => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said = Promise.all([text(stdout), text(stderr)]);
  const code = await run(args, { stdin: Readable.from([Buffer.from(input)]), stdout, stderr, environment });
  stdout.end();
  stderr.end();
  const [out, err] = await said;
  process.send({ id, code, stdout: out, stderr: err });
});
process.on('disconnect', () => process.exit());
