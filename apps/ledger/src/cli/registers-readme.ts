// What does the page beside exported registers say? What each file is, in three languages, and which articles it serves.
import { type Register } from '../read/queries.js';
import { speechOf } from '../read/text/speech.js';

export interface Sent {
  readonly register: Register;
  readonly rows: number;
  /** Up to when the register reached; absent before anything was recorded. */
  readonly moment: string | undefined;
  /** `act:article`. */
  readonly serves: readonly string[];
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
}

const languages = ['ru', 'kk', 'en'] as const;
const speeches = languages.map((language) => speechOf(language));

const lineOf = ({ register, rows, moment, serves, files }: Sent): string => {
  const titles = speeches.map((speech) => speech.code('question', register));
  const named = files.map(({ name }) => `\`${name}\``).join(', ');
  return `| ${[named, ...titles, serves.join(', '), rows, moment ?? ''].join(' | ')} |`;
};

/** `head`: origin, size and root of the checkpoint. */
export const readmeOf = (sent: readonly Sent[], [origin = '', size = '', root = '']: readonly string[]): string =>
  `# Регистры · Тіркелімдер · Registers

${origin}

Каждый регистр в двух видах: CSV (RFC 4180, UTF-8) и JSON. Значения запечатаны. Строки названы записями, на которых стоят.

Әр тіркелім екі түрде: CSV (RFC 4180, UTF-8) және JSON. Мәндер мөрленген. Жолдар негізделген жазбаларымен аталған.

Each register in two forms: CSV (RFC 4180, UTF-8) and JSON. Values are sealed. Rows name the records that they stand on.

| file | ru | kk | en | articles | rows (JSON) | as of |
|---|---|---|---|---|---|---|
${sent.map(lineOf).join('\n')}

\`checkpoint\` is the signed head of the log, taken after the last register: ${size} events, root \`${root}\`; \`log.policy\` names the
keys that sign it. The export of the log (\`derbes export\`) under it or a later one proves each record that a row names.
\`SHA256SUMS\` has the hash of each register (\`sha256sum -c SHA256SUMS\`).

The two files of a register are read one after the other; rows recorded in between stand in the CSV alone. In CSV, an apostrophe
stands before what a spreadsheet would compute. The rows are pseudonymous personal data: handle them as such.
`;
