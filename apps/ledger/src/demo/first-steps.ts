// What does somebody paste into a shell to send a first event?

/** What is longer than this stands over several lines. */
const bodyColumnsMax = 90;

/** A word of a POSIX shell that means this text and nothing more. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

interface Call {
  /** A key, or `$NAME` of the shell variable that holds it. */
  readonly key: string;
  readonly body?: object;
  readonly type?: string;
  readonly headers?: readonly string[];
}

/** The lines of one curl command: the place, then an option a line. */
export function curl(url: string, { key, body, type = 'application/json', headers = [] }: Call): string[] {
  const options = [`-H "Authorization: Bearer ${key}"`, ...headers.map((header) => `-H ${shellQuoted(header)}`)];
  if (body !== undefined)
    options.push(`-H ${shellQuoted(`Content-Type: ${type}`)}`, `-d ${shellQuoted(bodyText(body))}`);
  return [`curl -sS ${shellQuoted(url)}`, ...options.map((option) => `  ${option}`)].map((line, i) =>
    i === options.length ? line : `${line} \\`,
  );
}

/** JSON that stands on one line where it fits, and over several where it does not. */
function bodyText(value: unknown, indent = '  '): string {
  const line = JSON.stringify(value);
  if (indent.length + line.length <= bodyColumnsMax || typeof value !== 'object' || value === null) return line;
  const inner = `${indent}  `;
  const members = Object.entries(value).map(
    ([name, member]) => `${inner}${JSON.stringify(name)}: ${bodyText(member, inner)}`,
  );
  return Array.isArray(value) ? line : `{\n${members.join(',\n')}\n${indent}}`;
}

/** How a service tells its first fact: printed when an empty ledger starts. `key` is an emitter's, bound to `source`. */
export function firstSteps(url: string, key: string, source = 'urn:example:service', time = new Date()): string {
  const event = {
    specversion: '1.0',
    id: 'first-1',
    source,
    type: 'derbes.data.collected',
    time: `${time.toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`,
    data: {
      subject: { identifiers: [{ scheme: 'email', value: 'primer@example.kz' }] },
      categories: ['email'],
      purposes: ['account'],
      holder: 'crm',
    },
  };
  return [
    'Расскажите первый факт · Tell a first fact:',
    '',
    ...curl(`${url}/v1/events`, { key, body: event, type: 'application/cloudevents+json' }),
    '',
    'Политики ещё нет, поэтому замечания скажут и об этом; целый день примеров: npm start -- --demo',
    'No policy is published yet, and the findings say so; a whole day of examples: npm start -- --demo',
    `${url}/docs`,
  ].join('\n');
}
