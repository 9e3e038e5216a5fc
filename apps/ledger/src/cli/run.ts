// What does `derbes` do with its arguments? One process, one command, one exit code.
import { Command, CommanderError } from 'commander';
import { WrongSettings } from '../settings.js';
import { CommandFailed, type ExitCode, exitCodes, sayLine, type Terminal } from './terminal.js';

const about = `
DERBES_URL   the service (default http://127.0.0.1:8080)
DERBES_KEY   the key to ask with

Exit codes: 0 done, 1 refused or not found, 2 wrong command line, 3 the service does not answer.
Errors stand on stderr, answers on stdout; --json where a script reads them.`;

type Part = (program: Command, terminal: Terminal) => void;

/** The commands by the first word of each. A command line loads its own alone, for loading all takes a second. */
const parts: readonly { readonly words: readonly string[]; readonly load: () => Promise<Part> }[] = [
  { words: ['policy'], load: async () => (await import('./policy-commands.js')).policyCommands },
  { words: ['keys'], load: async () => (await import('./keys-commands.js')).keysCommands },
  { words: ['subject'], load: async () => (await import('./subject-commands.js')).subjectCommands },
  {
    words: ['register', 'rebuild', 'health'],
    load: async () => (await import('./register-commands.js')).registerCommands,
  },
  { words: ['registers'], load: async () => (await import('./registers-command.js')).registersCommand },
  {
    words: ['erase', 'hold', 'certificate'],
    load: async () => (await import('./erase-commands.js')).eraseCommands,
  },
  { words: ['clock', 'clocks', 'calendar'], load: async () => (await import('./clock-commands.js')).clockCommands },
  {
    words: ['withdraw', 'findings'],
    load: async () => (await import('./withdraw-commands.js')).withdrawCommands,
  },
  {
    words: ['request', 'requests'],
    load: async () => (await import('./request-commands.js')).requestCommands,
  },
  {
    words: ['representative', 'status'],
    load: async () => (await import('./people-commands.js')).peopleCommands,
  },
  { words: ['tasks', 'destination'], load: async () => (await import('./task-commands.js')).taskCommands },
  { words: ['activities'], load: async () => (await import('./activities-command.js')).activitiesCommand },
  { words: ['campaign'], load: async () => (await import('./campaign-commands.js')).campaignCommands },
  { words: ['incident'], load: async () => (await import('./incident-commands.js')).incidentCommands },
  { words: ['demands'], load: async () => (await import('./demand-commands.js')).demandCommands },
  { words: ['restricted'], load: async () => (await import('./restricted-commands.js')).restrictedCommands },
  { words: ['notices'], load: async () => (await import('./notice-commands.js')).noticeCommands },
  { words: ['retention'], load: async () => (await import('./retention-commands.js')).retentionCommands },
  { words: ['log'], load: async () => (await import('./log-commands.js')).logCommands },
  { words: ['epoch'], load: async () => (await import('./epoch-commands.js')).epochCommands },
  { words: ['export'], load: async () => (await import('./export-command.js')).exportCommand },
  { words: ['receipt'], load: async () => (await import('./receipt-command.js')).receiptCommand },
  { words: ['send'], load: async () => (await import('./send-command.js')).sendCommand },
  { words: ['copy'], load: async () => (await import('./copy-command.js')).copyCommand },
  { words: ['backup'], load: async () => (await import('./backup-command.js')).backupCommand },
  { words: ['restore'], load: async () => (await import('./restore-command.js')).restoreCommand },
  { words: ['recover'], load: async () => (await import('./recover-command.js')).recoverCommand },
  { words: ['erasure'], load: async () => (await import('./audit-command.js')).auditCommand },
];

/** Carries out one command line; never throws, never ends the process. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    await (await makeProgram(terminal, args[0])).parseAsync([...args], { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (error instanceof CommandFailed) {
      sayLine(terminal.stderr, `derbes: ${error.message}`);
      return error.exit;
    }
    const { LauncherError } = await import('@derbes/postgres');
    if (error instanceof LauncherError || error instanceof WrongSettings) {
      sayLine(terminal.stderr, `derbes: ${error.code}: ${error.message}`);
      return exitCodes.refused;
    }
    sayLine(
      terminal.stderr,
      `derbes: a fault of this program: ${error instanceof Error ? (error.stack ?? error.name) : typeof error}`,
    );
    return exitCodes.refused;
  }
}

/** The program with the commands that begin with this word; with all when none does, as for its own help. */
export async function makeProgram(terminal: Terminal, word = ''): Promise<Command> {
  const program = new Command('derbes')
    .description('A ledger of personal data, from the command line.')
    .addHelpText('after', about)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    });
  const named = parts.filter(({ words }) => words.includes(word));
  for (const { load } of named.length > 0 ? named : parts) (await load())(program, terminal);
  return program;
}
