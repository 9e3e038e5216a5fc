// What does somebody paste into a shell to send a first event?
const columnsMax = 100;

/** A word of a POSIX shell that means this text and nothing more. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

interface Call {
  /** A key, or `$NAME` of the shell variable that holds it. */
  readonly key: string;
  readonly body?: object;
  readonly type?: string;
}

/** The lines of one curl command. */
export function curl(url: string, { key, body, type = 'application/json' }: Call): string[] {
  const authorization = `"Authorization: Bearer ${key}"`;
  if (body === undefined) return [`curl -sS -H ${authorization} ${shellQuoted(url)}`];
  const data = JSON.stringify(body, null, 1)
    .split('\n')
    .map((line) => line.trim());
  const joined = `-d ${shellQuoted(data.join(' '))}`;
  const lines = [`curl -sS -H ${authorization} -H ${shellQuoted(`Content-Type: ${type}`)} \\`];
  return [...lines, `  ${joined.length > columnsMax - 2 ? folded(body) : joined} \\`, `  ${shellQuoted(url)}`];
}

/** A long body stands over several lines, one member each. */
function folded(body: object): string {
  const members = Object.entries(body).map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `-d ${shellQuoted(`{\n${members.join(',\n')}\n  }`)}`;
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
      origin: { kind: 'subject', means: 'web-form' },
      values: { email: 'primer@example.kz' },
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
