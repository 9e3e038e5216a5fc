// What does somebody read who runs the demo? Counts, findings by class, a dossier, and how to go on; at most 100 columns.
import { type NewKey } from '../keys/api-keys.js';
import { speechOf } from '../read/text/speech.js';
import { demoFile } from './demo-state.js';
import { curl, shellQuoted } from './first-steps.js';

/** By CloudEvents type. */
export type Tally = Readonly<Record<string, { readonly recorded: number; readonly repeated: number }>>;

/** What is read of a row of the register of findings. */
export interface FindingRow {
  readonly code: string;
  readonly clause: string;
  readonly article: string;
  readonly subject?: string;
}

/** What the end of the demo names. */
export interface Afterwards {
  readonly url: string;
  readonly dataDir: string;
  /** Of the very first start; empty later. */
  readonly keys: readonly NewKey[];
  /** Whose dossier was printed. */
  readonly subject: string;
  /** Body of the command that appoints somebody. */
  readonly officer: object;
}

const columnsMax = 100;

export class Report {
  constructor(private readonly log: (line: string) => void) {}

  opening(again: boolean): void {
    this.heading('Демонстрация', 'Demo');
    this.lines(
      'Один день вымышленного сервиса проверки контрагентов. Люди, номера и адреса придуманы.',
      'One day of an invented service. Its people, numbers and addresses do not exist.',
      again
        ? 'День уже рассказан: те же события придут снова. · The same events are sent again.'
        : 'Публикуются политика и реестры, затем рассказывается день. · Policy, registers, then the day.',
    );
  }

  recorded(tally: Tally): void {
    this.heading('Что записано', 'What was recorded');
    const row = (name: string, recorded: number | string, repeated: number | string) =>
      this.log(`  ${name.padEnd(30)}${String(recorded).padStart(22)}${String(repeated).padStart(22)}`);
    row('', 'записано · recorded', 'повторно · repeated');
    const counted = Object.entries(tally).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [type, { recorded, repeated }] of counted) row(type, recorded, repeated);
    const sum = (of: 'recorded' | 'repeated') => counted.reduce((total, [, counts]) => total + counts[of], 0);
    row('всего · total', sum('recorded'), sum('repeated'));
  }

  /** One line a class: code, clause of the policy, article, how many findings about how many people. */
  findings(rows: readonly FindingRow[]): void {
    this.heading('Замечания', 'Findings');
    this.lines('Подозрения, которые оценивает ответственное лицо. · Suspicions for the officer to assess.', '');
    const classes = new Map<string, { row: FindingRow; findings: number; people: Set<string> }>();
    for (const row of rows) {
      const key = [row.code, row.clause, row.article].join(' ');
      const standing = classes.get(key) ?? { row, findings: 0, people: new Set() };
      standing.findings++;
      if (row.subject !== undefined) standing.people.add(row.subject);
      classes.set(key, standing);
    }
    this.log(`  ${'код · code'.padEnd(30)}${'пункт'.padEnd(7)}${'статья · article'.padEnd(20)}всего  о скольких людях`);
    const ordered = [...classes].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [, { row, findings, people }] of ordered) {
      const counts = `${String(findings).padStart(5)}  ${people.size === 0 ? 'о реестре в целом' : people.size}`;
      this.log(`  ${row.code.padEnd(30)}${row.clause.padEnd(7)}${row.article.padEnd(20)}${counts}`);
      this.log(`    ${speechOf('ru').code('finding', row.code)}`);
    }
    this.lines('', `  Всего замечаний: ${rows.length}, видов: ${new Set(rows.map(({ code }) => code)).size}.`);
  }

  dossier(text: string): void {
    this.heading('Досье одного человека', 'One person’s dossier');
    for (const line of text.trimEnd().split('\n')) this.log(line);
  }

  /** The signed head of the log over all that was told. */
  checkpoint({ size, root, url }: { readonly size: string; readonly root: string; readonly url: string }): void {
    this.heading('Журнал подписан', 'The log is signed');
    this.lines(`  ${size} событий · events, корень · root ${root}`, `  ${url}`);
  }

  /** What the person takes along: it is checked without the service. */
  receipt(
    url: string,
    { path, index, hashes }: { readonly path: string; readonly index: string; readonly hashes: number },
  ): void {
    const proof = `лист · leaf ${index}, хешей · hashes: ${hashes}`;
    this.lines('', `  Её квитанция о первом событии · her receipt: ${proof}`, `  ${url}${path}`);
  }

  service({ url, dataDir, keys, subject, officer }: Afterwards): void {
    this.heading('Сервис работает', 'The service is up');
    const file = demoFile(dataDir);
    this.lines(`  ${url}        описание · documentation: ${url}/docs`, '');
    if (keys.length > 0) {
      this.lines('Ключи, показанные один раз · Keys, shown this once:');
      for (const { role, key, source } of keys) this.log(`  ${role.padEnd(9)}${key}${source ? `  ${source}` : ''}`);
    }
    this.lines(`Ключи демонстрации лежат в · The demo’s own keys are in ${file}`, '');
    this.lines('Попробуйте · Try:', '');
    const read = `JSON.parse(require("fs").readFileSync(process.argv[1])).keys.officer`;
    this.lines(`export DERBES_KEY=$(node -p ${shellQuoted(read)} ${shellQuoted(file)})`, '');
    const key = '$DERBES_KEY';
    const text = ['Accept: text/plain', 'Accept-Language: ru'];
    this.lines('# чего не покрывает согласие · what no consent covers');
    this.lines(...curl(`${url}/v1/registers/findings?code=CONSENT_MISSING&limit=3`, { key, headers: text }), '');
    this.lines('# тот же человек: что произошло, по порядку · the same person: what happened, in order');
    const why = 'Derbes-Reason: test';
    this.lines(...curl(`${url}/v1/subjects/${subject}/timeline`, { key, headers: [...text, why] }), '');
    this.lines('# кто смотрел · who looked');
    this.lines(...curl(`${url}/v1/registers/access?limit=5`, { key, headers: text }), '');
    this.lines('# назначить ответственное лицо: NO_RESPONSIBLE_PERSON исчезнет · appoint an officer: it goes');
    this.lines(...curl(`${url}/v1/officers?wait=projected`, { key, body: officer }), '');
    this.lines('# ещё раз: те же байты, «повторно» · again, the same bytes: npm start -- --demo', '');
  }

  failed(url: string, step: string, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.heading('Демонстрация остановилась', 'The demo stopped');
    this.lines(`  Шаг · step: ${step}`, `  ${why}`, '', `Сервис продолжает работать · The service stays up: ${url}`);
  }

  private heading(ru: string, en: string): void {
    const text = `${ru} · ${en} `;
    this.lines('', text.padEnd(columnsMax, '─'), '');
  }

  private lines(...lines: readonly string[]): void {
    for (const line of lines) this.log(line);
  }
}
