// derbes campaign: how far are the people of each edition told of it, and asked for consent anew, through the service?
import { renewalStates } from '@derbes/domain';
import { Option, type Command } from 'commander';
import { rowsOf, type Row } from './register-rows.js';
import { reasonOption } from './subject-commands.js';
import { CommandFailed, sayJson, sayLine, tableOf, type Terminal } from './terminal.js';

interface Common {
  readonly json?: true;
}

export function campaignCommands(program: Command, terminal: Terminal): void {
  const campaign = program
    .command('campaign')
    .description('How far people were told of an edition and asked for consent anew (key of an officer or auditor).');

  campaign
    .command('list')
    .description('Each edition that asks something of people, and those who came of age, with how many are left.')
    .option('--json', 'print the rows as JSON')
    .addHelpText('after', '\nExample:\n  derbes campaign list')
    .action(async ({ json }: Common) => {
      const rows = await rowsOf(terminal, 'campaigns', {});
      if (json) return sayJson(terminal.stdout, rows);
      if (rows.length === 0) return sayLine(terminal.stdout, 'No edition asks anything of anybody.');
      sayLine(terminal.stdout, tableOf(summed(rows)));
    });

  campaign
    .command('show')
    .description('How many people of one campaign stand where, by what is asked and by channel.')
    .argument('<campaign>', "the edition's code, or of-age")
    .option('--json', 'print the rows as JSON')
    .addHelpText('after', '\nExample:\n  derbes campaign show kiberon-2')
    .action(async (code: string, { json }: Common) => {
      const rows = await rowsOf(terminal, 'campaigns', { campaign: code });
      if (rows.length === 0) throw new CommandFailed(`nobody is to be told or asked anything by ${code}`);
      if (json) return sayJson(terminal.stdout, rows);
      const brief = rows.map(({ what, state, channel, people, since, first, last }) => {
        return { what, state, channel, people, since, first, last };
      });
      sayLine(terminal.stdout, tableOf(brief));
    });

  campaign
    .command('people')
    .description('Who is to be told or asked what, and how far that is.')
    .argument('<campaign>', "the edition's code, or of-age")
    .addOption(new Option('--state <state>', 'of this state').choices([...renewalStates]))
    .option('--what <what>', 'what is asked about, such as purpose; edition for what is to be told')
    .option('--subject <id>', 'of this subject; needs --reason')
    .addOption(reasonOption())
    .option('--json', 'print the rows as JSON')
    .addHelpText('after', '\nExample:\n  derbes campaign people kiberon-2 --state to-ask --json')
    .action((code: string, options: People) => people(terminal, code, options));
}

/** One line a campaign: people by state, a person counted in each state in which something of hers is. */
function summed(rows: readonly Row[]): Row[] {
  const campaigns = new Map<string, Record<string, unknown>>();
  for (const { campaign, since, what, state, people } of rows) {
    const of = String(what) === 'edition' ? 'telling' : String(what);
    const key = `${String(campaign)} ${of}`;
    const line = campaigns.get(key) ?? { campaign, since: String(campaign) === 'of-age' ? '' : since, what: of };
    line[String(state)] = Number(line[String(state)] ?? 0) + Number(people);
    campaigns.set(key, line);
  }
  return [...campaigns.values()];
}

interface People extends Common {
  readonly state?: string;
  readonly what?: string;
  readonly subject?: string;
  readonly reason?: string;
}

async function people(terminal: Terminal, campaign: string, options: People): Promise<void> {
  const { state: status, what, subject, reason, json } = options;
  const rows = await rowsOf(terminal, 'renewals', { campaign, status, what, subject }, reason);
  if (json) return sayJson(terminal.stdout, rows);
  if (rows.length === 0) return sayLine(terminal.stdout, 'Nobody.');
  const brief = rows.map(({ subject: who, what: about, item, state, told, asked, ended, channel }) => {
    return { subject: who, what: about, item, state, told, asked, ended, channel };
  });
  sayLine(terminal.stdout, tableOf(brief));
}
