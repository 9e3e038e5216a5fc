// Does every retention rule say what starts its clock, and does no pair of rules contradict?
import { declaredCodes } from './check-categories.js';
import { type Part, partAt, partsAt, textOf, textsAt } from './file-parts.js';
import { type Report, undeclared } from './report.js';

export function checkRetention(file: Part, report: Report): void {
  const retention = partAt(file, 'retention');
  const purposes = declaredCodes(file, 'purposes');
  const taken = new Set<string>();
  const allowed = retention ? textsAt(retention, 'afterwards') : [];
  for (const rule of partsAt(retention, 'rules')) {
    const purpose = textOf(rule, 'purpose');
    if (purpose === undefined) continue;
    undeclared([...rule.path, 'purpose'], 'purpose', purpose, purposes, report);
    checkTrigger(rule, ['relation', 'obligation', 'event'], report);
    checkTerm(rule, report);
    checkAct(rule, allowed, report);
    const named = textsAt(rule, 'categories');
    const rest = { text: '', path: rule.path };
    for (const { text, path } of rule.record['categories'] === undefined ? [rest] : named) {
      const pair = `${purpose} ${text}`;
      const what = text === '' ? 'the rest' : text;
      if (taken.has(pair)) report(path, 'RETENTION_AMBIGUOUS', `another rule of ${purpose} already covers ${what}`);
      taken.add(pair);
    }
  }
  for (const row of partsAt(retention, 'statutory')) {
    checkTrigger(row, ['relation', 'event'], report);
    const lacking = ['act', 'article', 'document', 'term'].filter((key) => row.record[key] === undefined);
    if (row.record['confirmed_by'] !== undefined && lacking.length > 0) {
      report([...row.path, 'confirmed_by'], 'STATUTORY_INCOMPLETE', `confirmed without ${lacking.join(', ')}`);
    }
  }
}

function checkTrigger(rule: Part, allowed: readonly string[], report: Report): void {
  const triggers = allowed.filter((key) => rule.record[key] !== undefined);
  if (triggers.length === 1) return;
  const message = triggers.length === 0 ? 'nothing starts the clock' : 'two things start the clock';
  const names = allowed.map((key) => `\`${key}\``).join(' or ');
  report(rule.path, 'RETENTION_WITHOUT_TRIGGER', message, `name what starts it: ${names}`);
}

const manners: Readonly<Record<string, string>> = { delete: 'deleted', anonymise: 'anonymised', destroy: 'destroyed' };

/** What the ledger does without anybody asking must be said in full by somebody who stands for it. */
function checkAct({ record, path }: Part, afterwards: readonly { readonly text: string }[], report: Report): void {
  const { act, carried_out: carriedOut, until, term, declared } = record;
  const manner = typeof act === 'string' ? manners[act] : undefined;
  if (manner !== undefined && !afterwards.some(({ text }) => text === manner)) {
    report([...path, 'act'], 'RETENTION_ACT_NOT_ALLOWED', `\`afterwards\` does not allow that data is ${manner}`);
  }
  if (carriedOut !== 'by-itself') return;
  const lack =
    act === undefined
      ? 'it says no `act`'
      : act === 'anonymise'
        ? 'only whoever holds the data can tell that nobody can be told from it any more'
        : declared === 'proposed'
          ? 'nobody has confirmed it yet'
          : until === 'term' && term === undefined
            ? 'it has no `term`'
            : undefined;
  if (lack !== undefined) report([...path, 'carried_out'], 'RETENTION_NOT_BY_ITSELF', `not by itself: ${lack}`);
}

function checkTerm({ record, path }: Part, report: Report): void {
  if (record['until'] === 'purpose-reached' && record['term'] !== undefined) {
    report([...path, 'term'], 'WRONG_VALUE', 'a rule until the purpose is reached has no term', 'write `until: term`');
  }
  // A term that nobody has set yet must not look like one that the text sets.
  if (record['until'] === 'term' && record['term'] === undefined && (record['declared'] ?? 'text') === 'text') {
    report(
      [...path, 'until'],
      'RETENTION_WITHOUT_TERM',
      'the text is said to set a term and none is given',
      'give `term: P…`, or say `declared: proposed`',
    );
  }
}
