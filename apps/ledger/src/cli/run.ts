// What does `derbes` do with its arguments? One process, one command, one exit code.
import { LauncherError } from '@derbes/postgres';
import { Command, CommanderError } from 'commander';
import { WrongSettings } from '../settings.js';
import { copyCommand } from './copy-command.js';
import { keysCommands } from './keys-commands.js';
import { policyCommands } from './policy-commands.js';
import { registerCommands } from './register-commands.js';
import { sendCommand } from './send-command.js';
import { subjectCommands } from './subject-commands.js';
import { CommandFailed, type ExitCode, exitCodes, sayLine, type Terminal } from './terminal.js';

const about = `
DERBES_URL   the service (default http://127.0.0.1:8080)
DERBES_KEY   the key to ask with

Exit codes: 0 done, 1 refused or not found, 2 wrong command line, 3 the service does not answer.
Errors stand on stderr, answers on stdout; --json where a script reads them.`;

/** Carries out one command line; never throws, never ends the process. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    await makeProgram(terminal).parseAsync([...args], { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (error instanceof CommandFailed) {
      sayLine(terminal.stderr, `derbes: ${error.message}`);
      return error.exit;
    }
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

export function makeProgram(terminal: Terminal): Command {
  const program = new Command('derbes')
    .description('A ledger of personal data, from the command line.')
    .addHelpText('after', about)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    });
  policyCommands(program, terminal);
  keysCommands(program, terminal);
  subjectCommands(program, terminal);
  registerCommands(program, terminal);
  sendCommand(program, terminal);
  copyCommand(program, terminal);
  return program;
}
