// Which policy is in force in a year that a test lives through?
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const kiberon = join(import.meta.dirname, '../../../../../examples/kiberon');

/** The example's, with notices and the end of contracts that need nobody, and with a row of a statute that a lawyer confirmed, for billing. */
export function policyOfTheYear(): string {
  const changed = (yaml: string, from: string, to: string): string => {
    if (!yaml.includes(from)) throw new Error(`the example policy has no ${from}`);
    return yaml.replace(from, () => to);
  };
  const notices = 'transfer_notices:\n  declared: controller\n  tell: always\n  made: by-itself\n  through: mailer\n';
  const contract =
    "    - purpose: contract\n      until: purpose-reached\n      relation: contract\n      clause: '7'\n      not_in_text: [relation";
  const itself = contract.replace('      clause', '      act: destroy\n      carried_out: by-itself\n      clause');
  const row = '    - code: payment-documents\n      declared: proposed\n';
  const confirmed = row.replace(
    'proposed',
    "controller\n      confirmed_by: counsel\n      act: 120-VI\n      article: '48(1)'",
  );
  const categories = 'categories: [full-name, company, requisites, plan, payment-status]\n      relation: contract\n';
  let yaml = readFileSync(join(kiberon, 'policy.yaml'), 'utf8');
  yaml = changed(yaml, '\nretention:\n', `\n${notices}\nretention:\n`);
  yaml = changed(yaml, contract, `${itself}, act, carried_out`);
  yaml = changed(yaml, row, confirmed);
  yaml = changed(yaml, 'position, requisites, plan]', 'position]');
  return changed(yaml, categories, `${categories}      holders: [billing]\n      term: P5Y\n`);
}

export const textOfTheYear = (): string => readFileSync(join(kiberon, 'policy.ru.txt'), 'utf8');
