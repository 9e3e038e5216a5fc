// What does the demo play? The files of examples/kiberon: the day's facts, the registers that stand before it, the policy.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { atBase, momentAt } from './moments.js';

const folderName = join('examples', 'kiberon');
/** The service runs from its sources in a test and from dist otherwise; the folder stands above both. */
const hopsMax = 8;

/** A CloudEvent of the day, complete. */
export interface DayEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly data: object;
}

interface Line {
  readonly offset: string;
  readonly key: string;
  readonly event: Omit<DayEvent, 'time'>;
}

export interface ToldEvent {
  /** Which of the services sends it. */
  readonly key: string;
  readonly event: DayEvent;
}

type Body = Readonly<Record<string, unknown>>;

/** Bodies of the commands that the demo sends before the day, and whom it looks at after it. */
export interface Registers {
  readonly policy: {
    readonly file: string;
    readonly texts: Readonly<Record<string, string>>;
    readonly inForce: string;
    readonly assertedBy: string;
  };
  readonly holders: readonly (Body & { readonly holder: string })[];
  readonly recipients: readonly (Body & { readonly recipient: string })[];
  readonly suspensions: readonly (Body & { readonly recipient: string })[];
  /** Not appointed by the demo: the finding NO_RESPONSIBLE_PERSON is to be seen, and how it goes. */
  readonly officer: Body;
  readonly protagonist: { readonly scheme: string; readonly value: string };
}

/** The example files are not there; an installation may leave them out. */
export class ExamplesMissing extends Error {
  readonly code = 'EXAMPLES_MISSING';
}

function examplesFolder(): string {
  let folder = import.meta.dirname;
  for (let hop = 0; hop < hopsMax; hop++, folder = dirname(folder)) {
    if (existsSync(join(folder, folderName, 'day.ndjson'))) return join(folder, folderName);
  }
  throw new ExamplesMissing(`${folderName} is not beside the service`);
}

export const readExample = (name: string): string => readFileSync(join(examplesFolder(), name), 'utf8');

/** The day's facts in the order in which they are told; the same base gives the same bytes. */
export function dayAt(base: string): ToldEvent[] {
  return readExample('day.ndjson')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => {
      const { offset, key, event } = JSON.parse(text) as Line;
      const { specversion, id, source, type, data } = event;
      const time = momentAt(base, offset);
      return { key, event: { specversion, id, source, type, time, data: atBase(data, base) } };
    });
}

export const registersAt = (base: string): Registers =>
  atBase(JSON.parse(readExample('registers.json')) as Registers, base);
