// derbes export: the log as files, for whoever checks it without us, through the service with an auditor's key.
import { bundleBytesMax, noteBytesMax, policyBytesMax } from '@derbes/transparency';
import { type Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { ExportFailed } from '../log/export-folder.js';
import { exportLog, type ExportAsked, type LogSource } from '../log/export.js';
import { type BlobsPage } from '../log/queries.js';
import { barProgress, jsonProgress, type Progress } from '../progress.js';
import { Client } from './client.js';
import { reasonOption } from './subject-commands.js';
import { CommandFailed, exitCodes, sayLine, type Terminal } from './terminal.js';

interface ExportOptions {
  readonly policy?: string;
  readonly blobs?: true;
  readonly reason?: string;
  readonly json?: true;
}

const blobPagesMax = 10_000_000;

export function exportCommand(program: Command, terminal: Terminal): void {
  program
    .command('export')
    .description('Export the log: every event, the tree over them, its signed checkpoint (key of an auditor).')
    .argument(
      '<dir>',
      'folder of the export; one that was begun is gone on with, one that is there is brought up to date',
    )
    .option('--policy <file>', 'C2SP tlog-policy of the log that you expect; the checkpoint must be signed by its key')
    .option('--blobs', 'with the sealed values of living people; needs --reason')
    .addOption(reasonOption())
    .option('--json', 'progress and result as JSON, one line each')
    .addHelpText(
      'after',
      '\nExamples:\n  derbes export ./export-2026-11 --policy log.policy\n  derbes export ./export --blobs --reason audit\n\nWhat comes is checked as it comes; `derbes-verify` checks all of it, without this service. Exits 1 when something\nis not what the checkpoint says; the export is whole all the same, as evidence.',
    )
    .action((dir: string, options: ExportOptions) => run(terminal, dir, options));
}

async function run(terminal: Terminal, dir: string, { policy, blobs, reason, json }: ExportOptions): Promise<void> {
  if (blobs && reason === undefined) throw new CommandFailed('--blobs needs --reason', exitCodes.usage);
  const client = new Client(terminal);
  const progress = json ? jsonProgress(terminal.stdout) : barProgress(terminal.stderr);
  const asked: ExportAsked = {
    source: sourceOf(client),
    dir,
    progress,
    ...(policy !== undefined && { policy: await readPolicy(policy) }),
    ...(blobs && reason !== undefined && { beside: blobsFrom(client, reason, progress) }),
  };
  let exported;
  try {
    exported = await exportLog(asked);
  } catch (error) {
    if (error instanceof ExportFailed) throw new CommandFailed(error.message);
    throw error;
  } finally {
    progress.end();
  }
  const { checkpoint, quorumMet, fault } = exported;
  if (!quorumMet) sayLine(terminal.stderr, 'derbes: fewer witnesses cosigned the checkpoint than the policy asks for');
  const told = { origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root.toString('base64') };
  if (json)
    sayLine(terminal.stdout, JSON.stringify({ phase: 'exported', ...told, ...(fault !== undefined && { fault }) }));
  else sayLine(terminal.stdout, `${told.origin}: ${told.size} events, root ${told.root}`);
  if (fault !== undefined) throw new CommandFailed(`the export is as it was served, and is wrong: ${fault}`);
}

async function readPolicy(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch {
    throw new CommandFailed(`${file} cannot be read`, exitCodes.usage);
  }
}

function sourceOf(client: Client): LogSource {
  const must = async (path: string, bytesMax: number): Promise<Buffer> => {
    const bytes = await client.file(path, bytesMax);
    if (bytes) return bytes;
    throw new CommandFailed(`${path} is not there: is this the address of a ledger?`);
  };
  return {
    checkpoint: () => must('/log/checkpoint', noteBytesMax),
    policy: () => must('/log/log.policy', policyBytesMax),
    file: (path) => client.file(`/log/${path}`, bundleBytesMax),
  };
}

/** Each under the first two digits of its event's id, so that no folder holds them all. */
function blobsFrom(client: Client, reason: string, progress: Progress): NonNullable<ExportAsked['beside']> {
  return async (folder, { size }) => {
    progress.phase('sealed values', undefined, 'rows');
    let after: string | undefined;
    let count = 0;
    for (let page = 0; page < blobPagesMax; page++) {
      const query = `size=${size}${after === undefined ? '' : `&after=${after}`}`;
      const { items, next } = (await client.ask('GET', `/log/blobs?${query}`, { reason })).body as BlobsPage;
      for (const { event, p, blob } of items) {
        if (!/^[0-9a-f-]{36}$/.test(event) || !/^\d{1,5}$/.test(p))
          throw new CommandFailed('the service names a sealed value as no event does');
        await folder.write(`blobs/${event.slice(0, 2)}/${event}.${p}`, Buffer.from(blob, 'base64'));
      }
      count += items.length;
      progress.at(count);
      if (next === undefined) return;
      after = encodeURIComponent(next);
    }
    throw new CommandFailed('the pages of sealed values do not end');
  };
}
