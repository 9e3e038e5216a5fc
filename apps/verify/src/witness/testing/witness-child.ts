// A witness as a process of its own that is killed where a test wants it: `die` is the number of the cosignature that nobody is told of.
import { witnessCommand } from '../command.js';

const [die = '', ...args] = process.argv.slice(2);
let cosigned = 0;

process.exitCode = await witnessCommand(args, {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  stopped: () => new Promise((resolve) => process.once('SIGTERM', resolve)),
  clock: () => new Date(),
  persisted: () => {
    cosigned += 1;
    if (String(cosigned) === die) process.kill(process.pid, 'SIGKILL');
  },
});
