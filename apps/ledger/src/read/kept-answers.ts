// What of a dossier is the same the next time? All but moments, values, who looked: kept as text until an event or a date changes it.
import { type History, type PlacedPart, type RegisterSources } from '@derbes/domain';
import { type Traced } from './open-parts.js';

/** Text kept between two answers; codes only, for values stand in the gaps. */
export const keptAnswersBytesMax = 16 * 1024 * 1024;

/** What the text was made from. The reader and the registers give the same object again as long as nothing was added. */
export interface MadeFrom {
  readonly history: History;
  readonly registers: RegisterSources['events'];
  readonly parts: readonly PlacedPart[];
  /** How many events of others, in which values stand, could be found. */
  readonly mentioned: number;
  readonly values: boolean;
}

export interface KeptAnswer {
  readonly texts: readonly Buffer[];
  readonly gaps: readonly Traced[];
  /** Organisations that it names. */
  readonly organisations: readonly string[];
}

interface Entry extends MadeFrom {
  readonly answer: KeptAnswer;
  /** From this moment on something that was foreseen has come. */
  readonly until: string;
  /** Behind this moment something more is found. */
  readonly last: string;
  readonly bytes: number;
}

const moment = /^\d{4}-\d{2}-\d{2}/;
/** Later than every moment. */
const never = '~';

export class KeptAnswers {
  /** Oldest use first. */
  private readonly entries = new Map<History, Entry>();
  private bytes = 0;

  /** For a question about now. */
  find(from: MadeFrom, now: string): KeptAnswer | undefined {
    const entry = this.entries.get(from.history);
    if (!entry) return undefined;
    this.entries.delete(from.history);
    this.entries.set(from.history, entry);
    const { registers, mentioned, values } = entry;
    const same = registers === from.registers && mentioned === from.mentioned && values === from.values;
    return same && now < entry.until && now <= entry.last && samePlaces(entry.parts, from.parts)
      ? entry.answer
      : undefined;
  }

  /** `awaited`: moments behind which each something more is said, which no event names. */
  keep(from: MadeFrom, now: string, answer: KeptAnswer, awaited: readonly string[]): void {
    this.drop(from.history);
    const last = awaited.reduce((first, one) => (one >= now && one < first ? one : first), never);
    const bytes = answer.texts.reduce((sum, { length }) => sum + length, 0);
    if (bytes > keptAnswersBytesMax / 4) return;
    this.entries.set(from.history, { ...from, answer, bytes, until: nextMoment(from, now), last });
    this.bytes += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= keptAnswersBytesMax) break;
      this.drop(oldest);
    }
  }

  private drop(history: History): void {
    this.bytes -= this.entries.get(history)?.bytes ?? 0;
    this.entries.delete(history);
  }
}

function samePlaces(a: readonly PlacedPart[], b: readonly PlacedPart[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, i) => {
      const other = b[i];
      return (
        other?.event === one.event && other.p === one.p && other.owner === one.owner && other.category === one.category
      );
    })
  );
}

/** The first moment after now that any event names: an end of a consent, an edition that is published ahead. */
function nextMoment({ history, registers }: MadeFrom, now: string): string {
  let next = never;
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      if (value > now && value < next && moment.test(value)) next = value;
    } else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) visit(item);
  };
  for (const { occurred, facts } of [...history.known, ...registers]) {
    visit(occurred);
    visit(facts);
  }
  return next;
}
