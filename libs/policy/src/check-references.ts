// Do the entries of a policy file agree with each other, with the profile and with the rules of numbers and prefixes?
import { checkCategories, declaredCodes } from './check-categories.js';
import { checkRetention } from './check-retention.js';
import { labelled, type Part, partAt, partsAt, textOf, textsAt, wholeFile } from './file-parts.js';
import { identificationNumberHolds } from './identification-number.js';
import { type Mistake, nearest } from './mistake.js';
import { noticeExceptions } from './profile-notices.js';
import { builtInProfile } from './profiles/index.js';
import { type Places, pointerOf } from './read-yaml.js';
import { keyed, repeated, type Report, undeclared } from './report.js';

/** W3C DPV 2.3 and its extensions, and the codes minted for Kazakhstan, for which DPV has no legal extension. */
const dpvPrefixes = ['dpv', 'pd', 'loc', 'tech', 'eu-gdpr', 'kz-pd'];

// An address is shared and changes hands, a BIN names an organisation, and `ref` is the ledger's own.
const reservedSchemes = ['ip', 'bin', 'ref'];

/** Mistakes between parts; looks at whatever has the right form, so that one wrong line hides no other. */
export function checkReferences(value: unknown, places: Places): Mistake[] {
  const mistakes: Mistake[] = [];
  const report: Report = (path, code, message, hint) =>
    mistakes.push({ ...places.value(path), path: pointerOf(path), code, message, ...(hint !== undefined && { hint }) });
  const file = wholeFile(value);
  checkRepeated(file, report);
  checkClauses(file, report);
  checkNames(file, report);
  checkCategories(file, report);
  checkRetention(file, report);
  checkBases(file, report);
  checkBorderClaims(file, report);
  checkNotices(file, report);
  checkController(file, report);
  checkLanguages(file, report);
  return mistakes;
}

function checkRepeated(file: Part, report: Report): void {
  const lists = [
    'acts',
    'terms',
    'acknowledgement',
    'purposes',
    'bases',
    'recipients',
    'cross_border',
    'rights',
    'cookies',
    'commitments',
    'automated_decisions',
  ];
  for (const list of lists) repeated(keyed(partsAt(file, list), 'code'), 'code', report);
  const thirdParty = partAt(file, 'third_party_data');
  for (const list of ['about', 'sources']) repeated(keyed(partsAt(thirdParty, list), 'code'), 'code', report);
  repeated(keyed(partsAt(partAt(file, 'retention'), 'statutory'), 'code'), 'code', report);
  repeated(keyed(partsAt(file, 'identifiers'), 'scheme'), 'scheme', report);
  repeated(keyed(partsAt(file, 'sections'), 'clause'), 'section', report);
  repeated(keyed(partsAt(file, 'sections'), 'about'), 'section about', report);
  repeated(keyed(partsAt(file, 'necessity'), 'purpose'), 'row of', report);
  repeated(keyed(partsAt(file, 'disclosure'), 'recipient'), 'row of', report);
}

function checkClauses(file: Part, report: Report): void {
  const sections = partsAt(file, 'sections').flatMap((section) => textOf(section, 'clause') ?? []);
  for (const { record, path, inherited } of labelled(file)) {
    const { clause, declared = 'text' } = record;
    if (clause === undefined && inherited === undefined && declared === 'text') {
      report(
        [...path, 'clause'],
        'CLAUSE_MISSING',
        'says that the text declares it and names no clause',
        "add `clause: '…'`, or say who declares it: `declared: controller`",
      );
    }
    if (typeof clause === 'string' && !sections.includes(clause.split('.')[0] ?? clause)) {
      report([...path, 'clause'], 'CLAUSE_UNKNOWN', `clause ${clause} is in none of the sections`);
    }
    for (const named of textsAt({ record, path }, 'not_in_text')) {
      if (record[named.text] === undefined)
        report(
          named.path,
          'UNDECLARED_CODE',
          `this entry has no ${named.text}`,
          nearest(named.text, Object.keys(record)),
        );
    }
  }
}

function checkNames(file: Part, report: Report): void {
  const purposes = declaredCodes(file, 'purposes');
  const recipients = declaredCodes(file, 'recipients');
  for (const cookie of partsAt(file, 'cookies')) {
    const serves = textOf(cookie, 'serves');
    if (serves !== undefined && serves !== 'none') {
      undeclared([...cookie.path, 'serves'], 'purpose', serves, purposes, report);
    }
  }
  for (const { text, path } of keyed(
    ['necessity', 'automated_decisions'].flatMap((list) => partsAt(file, list)),
    'purpose',
  )) {
    if (text !== undefined) undeclared(path, 'purpose', text, purposes, report);
  }
  for (const { text, path } of keyed(partsAt(file, 'disclosure'), 'recipient')) {
    if (text !== undefined) undeclared(path, 'recipient class', text, recipients, report);
  }
  for (const { text, path } of keyed(partsAt(file, 'identifiers'), 'scheme')) {
    if (text !== undefined && reservedSchemes.includes(text)) {
      report(path, 'SCHEME_RESERVED', `${text} identifies no subject and can be no scheme`);
    }
  }
  const controller = partAt(file, 'controller');
  for (const part of [...labelled(file), ...(controller === undefined ? [] : [controller])]) {
    for (const { text, path } of textsAt(part, 'dpv')) {
      const prefix = text.split(':')[0] ?? '';
      if (!dpvPrefixes.includes(prefix))
        report(path, 'DPV_PREFIX', `${text} has no known prefix`, `known: ${dpvPrefixes.join(', ')}`);
    }
  }
}

function checkBases(file: Part, report: Report): void {
  const code = textOf(partAt(file, 'edition') ?? file, 'jurisdiction');
  const known = code === 'kz' || code === 'gdpr' ? builtInProfile(code).bases.map((base) => base.code) : undefined;
  const covered = partsAt(file, 'bases').flatMap((basis) => textsAt(basis, 'covers'));
  repeated(covered, 'covered code', report);
  for (const { text, path } of covered) {
    if (known === undefined || known.includes(text)) continue;
    const near = nearest(text, known);
    report(path, 'BASE_NOT_IN_PROFILE', `the profile ${code} has no base ${text}`, near && `did you mean ${near}?`);
  }
}

/** A claim can only carry a ground that asks for one: by a consent or a treaty data goes without it. */
function checkBorderClaims(file: Part, report: Report): void {
  const code = textOf(partAt(file, 'edition') ?? file, 'jurisdiction');
  const rows = code === 'kz' || code === 'gdpr' ? builtInProfile(code).cross_border : undefined;
  const claimed = rows
    ?.filter(({ requires }) => requires.some((need) => need === 'adequacy-claim' || need === 'safeguard'))
    .map((row) => row.code);
  const classes = declaredCodes(file, 'recipients');
  for (const claim of partsAt(file, 'cross_border')) {
    const ground = textOf(claim, 'ground');
    if (ground !== undefined && claimed && !claimed.includes(ground)) {
      const message = `the profile ${code} has no ground ${ground} that stands by a claim`;
      report([...claim.path, 'ground'], 'GROUND_NOT_IN_PROFILE', message, `these do: ${claimed.join(', ')}`);
    }
    for (const { text, path } of textsAt(claim, 'recipients'))
      undeclared(path, 'recipient class', text, classes, report);
  }
}

/** What sends by itself must be somebody, and a class that is spared must be a case of the law. */
function checkNotices(file: Part, report: Report): void {
  const notices = partAt(file, 'transfer_notices');
  if (notices === undefined) return;
  const code = textOf(partAt(file, 'edition') ?? file, 'jurisdiction');
  const rule = code === 'kz' || code === 'gdpr' ? builtInProfile(code).transfer_notice : undefined;
  const cases = rule && noticeExceptions(rule).map((one) => one.code);
  const classes = declaredCodes(file, 'recipients');
  repeated(
    partsAt(notices, 'exceptions').flatMap((one) => textsAt(one, 'recipients')),
    'spared class',
    report,
  );
  for (const one of partsAt(notices, 'exceptions')) {
    const named = textOf(one, 'case');
    if (named !== undefined && cases?.includes(named) === false) {
      const message = `the profile ${code} spares no case ${named}`;
      report([...one.path, 'case'], 'CASE_NOT_IN_PROFILE', message, `it knows: ${cases.join(', ')}`);
    }
    for (const { text, path } of textsAt(one, 'recipients')) undeclared(path, 'recipient class', text, classes, report);
  }
}

function checkController(file: Part, report: Report): void {
  const controller = partAt(file, 'controller');
  const bin = controller && textOf(controller, 'bin');
  if (controller === undefined || bin === undefined || !/^\d{12}$/.test(bin)) return;
  if (!identificationNumberHolds(bin)) {
    report(
      [...controller.path, 'bin'],
      'BIN_CHECK_DIGIT',
      `${bin} has a wrong check digit`,
      'a digit is wrong or two are swapped',
    );
  }
}

function checkLanguages(file: Part, report: Report): void {
  const edition = partAt(file, 'edition');
  if (edition === undefined) return;
  const texts = keyed(partsAt(edition, 'texts'), 'language');
  repeated(texts, 'text in', report);
  const authoritative = textOf(edition, 'authoritative');
  if (authoritative !== undefined && !texts.some(({ text }) => text === authoritative)) {
    report([...edition.path, 'authoritative'], 'TEXT_MISSING', `no text in ${authoritative} is named`);
  }
}
