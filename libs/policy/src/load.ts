// Is this file a policy, and if not, what exactly is wrong with it?
import { policyDocument, type StoredDocument, type Texts } from './document.js';
import { partAt, partsAt, textOf, wholeFile } from './file-parts.js';
import { type Language, languages } from './format-entries.js';
import { textFileName } from './format-sections.js';
import { type Policy } from './format.js';
import { checkReferences } from './check-references.js';
import { checkForm } from './check-form.js';
import { checkTexts } from './check-texts.js';
import { inFileOrder, type Mistake } from './mistake.js';
import { readYaml } from './read-yaml.js';

export type LoadedPolicy =
  | { readonly ok: true; readonly policy: Policy; readonly texts: Texts; readonly document: StoredDocument }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/**
 * Every mistake of a policy file, in the order of its lines; empty when there is none. With `texts` (by language) the
 * editions' texts are held against their hashes and every entry that claims to be in the text is looked for there.
 */
export function checkPolicy(yamlText: string, options: { readonly texts?: Texts } = {}): Mistake[] {
  return inFileOrder(examine(yamlText, options.texts).mistakes);
}

/** The policy of a file with its stored document, or every mistake of it. `texts`: the full text by language. */
export function loadPolicy(yamlText: string, { texts }: { readonly texts: Texts }): LoadedPolicy {
  const { policy, mistakes } = examine(yamlText, texts);
  if (policy === undefined || mistakes.length > 0) return { ok: false, mistakes: inFileOrder(mistakes) };
  return { ok: true, policy, texts, document: policyDocument(policy, texts) };
}

/** The text files that a policy file names, to be read from the folder in which it stands; none elsewhere. */
export function namedTextFiles(yamlText: string): { language: Language; file: string }[] {
  const edition = partAt(wholeFile(readYaml(yamlText).value), 'edition');
  return partsAt(edition, 'texts').flatMap((part) => {
    const language = languages.find((known) => known === textOf(part, 'language'));
    const file = textOf(part, 'file');
    return language !== undefined && file !== undefined && textFileName.test(file) ? [{ language, file }] : [];
  });
}

function examine(yamlText: string, texts: Texts | undefined): { policy?: Policy; mistakes: readonly Mistake[] } {
  const { value, places, mistakes } = readYaml(yamlText);
  if (mistakes.length > 0) return { mistakes };
  const { policy, mistakes: deviations } = checkForm(value, places);
  const references = checkReferences(value, places);
  const inTexts = texts === undefined ? [] : checkTexts(value, texts, places);
  return { ...(policy && { policy }), mistakes: [...deviations, ...references, ...inTexts] };
}
