// Does every retention rule say what starts its clock, and does no pair of rules contradict?
import { declaredCodes } from './check-categories.js';
import { type Part, partAt, partsAt, textOf, textsAt } from './file-parts.js';
import { type Report, undeclared } from './report.js';

export function checkRetention(file: Part, report: Report): void {
  const retention = partAt(file, 'retention');
  const purposes = declaredCodes(file, 'purposes');
  const taken = new Set<string>();
  for (const rule of partsAt(retention, 'rules')) {
    const purpose = textOf(rule, 'purpose');
    if (purpose === undefined) continue;
    undeclared([...rule.path, 'purpose'], 'purpose', purpose, purposes, report);
    checkTrigger(rule, report);
    checkTerm(rule, report);
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
    checkTrigger(row, report);
    const lacking = ['act', 'article', 'document', 'term'].filter((key) => row.record[key] === undefined);
    if (row.record['confirmed_by'] !== undefined && lacking.length > 0) {
      report([...row.path, 'confirmed_by'], 'STATUTORY_INCOMPLETE', `confirmed without ${lacking.join(', ')}`);
    }
  }
}

function checkTrigger(rule: Part, report: Report): void {
  const triggers = ['relation', 'event'].filter((key) => rule.record[key] !== undefined);
  if (triggers.length === 1) return;
  const message = triggers.length === 0 ? 'nothing starts the clock' : 'two things start the clock';
  report(rule.path, 'RETENTION_WITHOUT_TRIGGER', message, 'name the `relation` whose end starts it, or the `event`');
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
