// Where does a secret come from that must stand in no environment? From the file that NAME_FILE names, as containers mount it.
import { readFileSync, statSync } from 'node:fs';

/** Settings that hold passwords. */
const secrets = [
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'EVENTSTORE_URL',
  'NOTIFY_SMTP_URL',
  'NOTIFY_WEBHOOK_SECRET',
] as const;
const fileBytesMax = 8_192;

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment with every `NAME_FILE` of a secret read into `NAME`; what is wrong is added to `mistakes`, without content. */
export function withSecretFiles(environment: Environment, mistakes: string[]): Environment {
  const read: Record<string, string> = {};
  for (const name of secrets) {
    const file = environment[`${name}_FILE`]?.trim();
    if (!file) continue;
    if (environment[name]?.trim()) mistakes.push(`${name} and ${name}_FILE exclude each other`);
    const content = contentOf(file);
    if (content === undefined) mistakes.push(`${name}_FILE must name a readable file of at most ${fileBytesMax} bytes`);
    else if (content === '') mistakes.push(`${name}_FILE names an empty file`);
    else read[name] = content;
  }
  return { ...environment, ...read };
}

function contentOf(file: string): string | undefined {
  try {
    return statSync(file).size > fileBytesMax ? undefined : readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
