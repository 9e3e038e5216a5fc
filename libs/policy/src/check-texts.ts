// Are the edition's texts the ones that the file names, and do they say what the file says that they say?
import { sha256Hex, type Texts } from './document.js';
import { labelled, type Part, partAt, partsAt, textOf, wholeFile } from './file-parts.js';
import { type Language, languages } from './format-entries.js';
import { type Mistake } from './mistake.js';
import { type Places, pointerOf } from './read-yaml.js';
import { type Report } from './report.js';

const textBytesMax = 1_048_576;

/** Mistakes between the file and the full texts given by language. */
export function checkTexts(value: unknown, texts: Texts, places: Places): Mistake[] {
  const mistakes: Mistake[] = [];
  const report: Report = (path, code, message, hint) =>
    mistakes.push({ ...places.value(path), path: pointerOf(path), code, message, ...(hint !== undefined && { hint }) });
  const file = wholeFile(value);
  const edition = partAt(file, 'edition');
  if (edition === undefined) return mistakes;
  checkHashes(edition, texts, report);
  const authoritative = languages.find((language) => language === textOf(edition, 'authoritative'));
  const text = authoritative && texts[authoritative];
  if (authoritative !== undefined && text !== undefined) checkClaims(file, authoritative, text, report);
  return mistakes;
}

function checkHashes(edition: Part, texts: Texts, report: Report): void {
  const named = new Set<string>();
  for (const part of partsAt(edition, 'texts')) {
    const language = textOf(part, 'language');
    if (language === undefined) continue;
    named.add(language);
    const text = texts[language as Language];
    const hash = text === undefined ? undefined : sha256Hex(text);
    if (text === undefined) report(part.path, 'TEXT_MISSING', `the text in ${language} was not given`);
    else if (new TextEncoder().encode(text).byteLength > textBytesMax) {
      report(part.path, 'TOO_LARGE', `the text in ${language} is larger than ${textBytesMax} bytes`);
    } else if (!text.isWellFormed()) report(part.path, 'WRONG_FORM', `the text in ${language} is not well-formed`);
    else if (textOf(part, 'sha256') !== hash) {
      report([...part.path, 'sha256'], 'TEXT_HASH', `the text in ${language} has another hash`, `it is ${hash}`);
    }
  }
  for (const language of Object.keys(texts)) {
    if (!named.has(language))
      report([...edition.path, 'texts'], 'TEXT_NOT_NAMED', `a text in ${language} was given and none is named`);
  }
}

// Line breaks, runs of spaces and capitals differ between a list and a sentence without changing what is said.
const comparable = (text: string) => text.replace(/\s+/gu, ' ').trim().toLowerCase();

function checkClaims(file: Part, language: Language, text: string, report: Report): void {
  const said = comparable(text);
  const look = (part: Part, key: string, words = textOf(part, key)) => {
    if (words === undefined || said.includes(comparable(words))) return;
    const hint = 'quote the words that say so (`quote:`), or say who declares it (`declared: controller`)';
    report([...part.path, key], 'NOT_IN_TEXT', `the text in ${language} does not say: ${words}`, hint);
  };
  const lookForWords = (part: Part, labelKey: string) => {
    const label = partAt(part, labelKey);
    if (textOf(part, 'quote') !== undefined) look(part, 'quote');
    else if (label !== undefined) look(label, language);
  };
  for (const part of labelled(file)) {
    if ((part.record['declared'] ?? 'text') !== 'text') continue;
    lookForWords(part, 'label');
  }
  const controller = partAt(file, 'controller');
  if (controller === undefined) return;
  lookForWords(controller, 'name');
  for (const key of ['bin', 'address', 'site', 'service']) look(controller, key);
  for (const contact of partsAt(controller, 'contacts')) look(contact, 'value');
}
