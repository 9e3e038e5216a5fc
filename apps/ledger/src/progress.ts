// How far is a long command, and how long will it take yet? A bar for a person, lines of JSON for a script.
import { Presets, SingleBar } from 'cli-progress';
import { type Writable } from 'node:stream';

/** What is counted. */
type ProgressUnit = 'events' | 'rows' | 'bytes' | 'entries';

export interface Progress {
  /** Begins a phase; `of` is how many units it will be about, where that is known. */
  phase(name: string, of?: number, unit?: ProgressUnit): void;
  at(units: number): void;
  end(): void;
}

/** Between two lines of JSON. */
const lineEveryMs = 500;

export function jsonProgress(out: Writable, now: () => number = () => performance.now()): Progress {
  let phase = '';
  let unit: ProgressUnit = 'events';
  let of: number | undefined;
  let began = 0;
  let saidAt = -Infinity;
  const say = (line: object): void => void out.write(`${JSON.stringify(line)}\n`);
  return {
    phase(name, total, counted = 'events') {
      [phase, of, unit, began, saidAt] = [name, total, counted, now(), -Infinity];
      say({ phase, ...(of !== undefined && { of }), ...(unit !== 'events' && { unit }) });
    },
    at(units) {
      const elapsed = now();
      if (elapsed - saidAt < lineEveryMs && units !== of) return;
      saidAt = elapsed;
      const seconds = (elapsed - began) / 1000;
      const perSecond = seconds > 0 ? Math.round(units / seconds) : 0;
      const left = of !== undefined && perSecond > 0 ? Math.max(0, Math.ceil((of - units) / perSecond)) : undefined;
      say({
        phase,
        [unit]: units,
        ...(of !== undefined && { of }),
        perSecond,
        ...(left !== undefined && { secondsLeft: left }),
      });
    },
    end: () => undefined,
  };
}

export function barProgress(out: Writable & { readonly isTTY?: boolean }): Progress {
  const format = '{phase} {bar} {percentage}% | {value}/{total} {unit} | {eta_formatted} left';
  let bar: SingleBar | undefined;
  let said = { phase: '', unit: '' };
  const end = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    phase(phase, of = 0, unit = 'events') {
      end();
      said = { phase, unit };
      if (out.isTTY !== true) return void out.write(`${phase}…\n`);
      bar = new SingleBar({ format, stream: out, clearOnComplete: true, etaBuffer: 50 }, Presets.shades_classic);
      bar.start(of, 0, said);
    },
    at(units) {
      if (bar && units > bar.getTotal()) bar.setTotal(units);
      bar?.update(units, said);
    },
    end,
  };
}
