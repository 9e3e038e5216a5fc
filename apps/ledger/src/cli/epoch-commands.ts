// derbes epoch: the end of an epoch, with which what was erased in it is final, through the service.
import { Presets, SingleBar } from 'cli-progress';
import { type Command } from 'commander';
import { setTimeout as pause } from 'node:timers/promises';
import { type EpochState } from '../epochs/epochs.js';
import { Client } from './client.js';
import { CommandFailed, sayJson, sayLine, type Terminal } from './terminal.js';

const pollMs = 500;
/** A day; a close that takes longer goes on without its watcher. */
const pollsMax = (24 * 3_600_000) / pollMs;

interface CloseOptions {
  readonly approve?: true;
  readonly acceptSingleCopy?: true;
  readonly acceptUnwitnessed?: true;
  readonly wait: boolean;
  readonly json?: true;
}

export function epochCommands(program: Command, terminal: Terminal): void {
  const epoch = program
    .command('epoch')
    .description('End an epoch of keys, so that what was erased in it is restorable by nobody.');
  epoch
    .command('status')
    .description('Say which epoch is open, how far its close is and what it waits for.')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExample:\n  derbes epoch status')
    .action(async ({ json }: { readonly json?: true }) => tellState(terminal, await stateOf(terminal), json));
  epoch
    .command('close')
    .description('Close the open epoch, or go on with a close that waits (key of an admin).')
    .option('--approve', 'approve, as a second person with a key of your own, that owners are gone unexplained')
    .option('--accept-single-copy', 'answer for it that no backup of the new keys was tried out')
    .option('--accept-unwitnessed', 'answer for it that too few witnesses cosigned the end of the epoch')
    .option('--no-wait', 'do not wait for the end')
    .option('--json', 'print the state at the end as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes epoch close\n  DERBES_KEY=<key of another admin> derbes epoch close --approve\n\nIt cannot be undone: the key of the closed epoch is destroyed. Exits 1 when the close waits for somebody.',
    )
    .action((options: CloseOptions) => close(terminal, options));
}

const stateOf = async (terminal: Terminal): Promise<EpochState> =>
  (await new Client(terminal).ask('GET', '/v1/epochs')).body as EpochState;

async function close(terminal: Terminal, { wait, json, ...asked }: CloseOptions): Promise<void> {
  const { approve, acceptSingleCopy, acceptUnwitnessed } = asked;
  const body = {
    ...(approve && { approve }),
    ...(acceptSingleCopy && { acceptSingleCopy }),
    ...(acceptUnwitnessed && { acceptUnwitnessed }),
  };
  const begun = (await new Client(terminal).ask('POST', '/v1/epochs/close', { body })).body as EpochState;
  const ended = wait ? await watch(terminal, begun) : begun;
  tellState(terminal, ended, json);
  if (ended.closing?.held) throw new CommandFailed(`${ended.closing.held.code}: ${ended.closing.held.message}`);
  if (wait && ended.closing?.failure !== undefined) throw new CommandFailed(`not closed: ${ended.closing.failure}`);
}

async function watch(terminal: Terminal, begun: EpochState): Promise<EpochState> {
  const { stderr } = terminal;
  const format = 'closing {bar} {percentage}% | {value}/{total} key owners | {step} | {left} left';
  const bar = new SingleBar({ format, stream: stderr, clearOnComplete: true }, Presets.shades_classic);
  let state = begun;
  let shown = false;
  try {
    for (let poll = 0; poll < pollsMax; poll++) {
      const { closing } = state;
      if (!closing || closing.held || closing.failure !== undefined) return state;
      if (stderr.isTTY === true) {
        const told = { step: stepText(closing), left: leftOf(closing.remainingMs) };
        if (!shown) bar.start(closing.total, 0, told);
        shown = true;
        bar.setTotal(closing.total);
        bar.update(closing.done, told);
      }
      await pause(pollMs);
      state = await stateOf(terminal);
    }
  } finally {
    if (shown) bar.stop();
  }
  throw new CommandFailed('the close takes longer than a day; `derbes epoch status` says how far it is');
}

function stepText({ step, log }: NonNullable<EpochState['closing']>): string {
  if (!log) return step;
  return log.needed === undefined
    ? `${step}: waiting for the log to take it in`
    : `${step}: waiting for a checkpoint of size ${log.needed}, published ${log.published}`;
}

const leftOf = (ms: number | undefined): string => (ms === undefined ? '?' : `${Math.ceil(ms / 1000)} s`);

function tellState({ stdout }: Terminal, state: EpochState, json?: true): void {
  if (json) return sayJson(stdout, state);
  const { epoch, openedAt, closing, lastClosed, custodians, backup } = state;
  sayLine(stdout, `epoch ${epoch}, open since ${openedAt}`);
  for (const { kind, fault } of custodians)
    sayLine(stdout, `key at: ${kind}${fault === undefined ? '' : ` (${fault})`}`);
  if (backup) sayLine(stdout, `key backup: ${backup.late ? 'LATE' : 'in time'}`);
  if (closing)
    sayLine(stdout, `closing epoch ${closing.epoch}: ${stepText(closing)}, ${closing.done} of ${closing.total}`);
  if (lastClosed) {
    const { epoch: closed, at, erasures, owners } = lastClosed;
    sayLine(stdout, `epoch ${closed} closed at ${at}: ${erasures} erasures final, ${owners} key owners went on`);
  }
}
