// What of a register is asked for, and what may an event say of that?
import { codeCharsMax, codePattern } from '@derbes/domain';
import { RegisterRefused, type Filter } from '@derbes/read-models';
import { fieldsOf } from '../http/form/schema.js';
import { Problem } from '../http/problem/problem.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { type Readers } from './readers.js';
import { ExportRegister, type RegisterQuestion } from './queries.js';

const filterNames = fieldsOf(ExportRegister);

/** What is abroad depends on where the law of the edition in force has data at home. */
export function filterOf(question: RegisterQuestion<unknown>, readers: Readers): Filter {
  const asked = question as unknown as Readonly<Record<string, string | undefined>>;
  const named = filterNames.flatMap((name): [string, string][] => {
    const value = asked[name];
    if (value === undefined) return [];
    return [[name, name === 'from' || name === 'until' ? wholeSeconds(value) : value]];
  });
  if (question.register !== 'cross-border') return Object.fromEntries(named);
  const home = readers.registers.profileInForce(readers.now())?.localisation?.country;
  return Object.fromEntries(home === undefined ? named : [...named, ['home', home]]);
}

/** Events hold codes in lower case, and nothing else of what was asked by. */
export const recordable = ({ code, clause, source, basis, period, campaign, ...filter }: Filter): Filter => ({
  ...filter,
  ...(code !== undefined && { code: code.toLowerCase().replaceAll('_', '-') }),
  ...(clause !== undefined && { clause: asCode('clause', clause) }),
  ...(source !== undefined && { source: asCode('source', source) }),
  ...(basis !== undefined && { basis: basis === '-' ? 'none' : basis }),
  ...(period !== undefined && { period: asCode('month', period) }),
  ...(campaign !== undefined && { campaign: asCode('edition', campaign) }),
});

/** `3.1` as `clause-3.1`, `urn:example:crm` as `source-urn-example-crm`; what cannot be said by a code is left at that it was asked by. */
function asCode(kind: string, value: string): string {
  const code = `${kind}-${value.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-')}`.slice(0, codeCharsMax);
  return new RegExp(codePattern).test(code) ? code : kind;
}

/** The people on a page; who looked names many in one row, so there only a person asked for counts. */
export function subjectsOf(rows: readonly object[], filter: Filter): string[] {
  const named = rows.flatMap((row) => {
    const { subject } = row as { readonly subject?: unknown };
    return typeof subject === 'string' ? [subject] : [];
  });
  return [...new Set(filter['subject'] === undefined ? named : [filter['subject'], ...named])];
}

/** What a register refuses, as a problem; anything else as it is. */
export function asProblem(error: unknown): unknown {
  if (!(error instanceof RegisterRefused)) return error;
  const { code, message } = error;
  return new Problem(code === 'LIMIT_OUT_OF_RANGE' ? 'MALFORMED_QUERY' : code, message);
}
