// How far is a copy, and how long will it take yet? A bar for a person, lines of JSON for a script.
import { Presets, SingleBar } from 'cli-progress';
import { type Writable } from 'node:stream';

type Phase = 'copying' | 'copying-rest' | 'verifying' | 'tables';

export interface Progress {
  /** Begins a phase; `of` is how many events it will be about, where that is known. */
  phase(name: Phase, of?: number): void;
  at(events: number): void;
  end(): void;
}

/** Between two lines of JSON. */
const lineEveryMs = 500;

export function jsonProgress(out: Writable, now: () => number = () => performance.now()): Progress {
  let phase: Phase = 'copying';
  let of: number | undefined;
  let began = 0;
  let saidAt = -Infinity;
  const say = (line: object): void => void out.write(`${JSON.stringify(line)}\n`);
  return {
    phase(name, total) {
      [phase, of, began, saidAt] = [name, total, now(), -Infinity];
      say({ phase, ...(of !== undefined && { of }) });
    },
    at(events) {
      const elapsed = now();
      if (elapsed - saidAt < lineEveryMs && events !== of) return;
      saidAt = elapsed;
      const seconds = (elapsed - began) / 1000;
      const perSecond = seconds > 0 ? Math.round(events / seconds) : 0;
      const left = of !== undefined && perSecond > 0 ? Math.max(0, Math.ceil((of - events) / perSecond)) : undefined;
      say({
        phase,
        events,
        ...(of !== undefined && { of }),
        perSecond,
        ...(left !== undefined && { secondsLeft: left }),
      });
    },
    end: () => undefined,
  };
}

export function barProgress(out: Writable & { readonly isTTY?: boolean }): Progress {
  const format = '{phase} {bar} {percentage}% | {value}/{total} events | {eta_formatted} left';
  let bar: SingleBar | undefined;
  let phase: Phase = 'copying';
  const end = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    phase(name, of = 0) {
      end();
      phase = name;
      if (out.isTTY !== true) return void out.write(`${phase}…\n`);
      bar = new SingleBar({ format, stream: out, clearOnComplete: true, etaBuffer: 50 }, Presets.shades_classic);
      bar.start(of, 0, { phase });
    },
    at(events) {
      if (bar && events > bar.getTotal()) bar.setTotal(events);
      bar?.update(events, { phase });
    },
    end,
  };
}
