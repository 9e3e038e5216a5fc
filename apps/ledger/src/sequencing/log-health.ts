// How is the log, told to whoever watches the service? Late or in trouble is an alarm; halted turns everybody away who would write.
import { HeadTable, type Sequencer, type SequencerStatus } from '@derbes/transparency/sequencing.js';
import { type Pool } from 'pg';
import { type Indicator } from '../http/health-controller.js';

/** The longest that an event should wait for its checkpoint; past it somebody has to look. */
export const logLagMsMax = 60_000;

/** `sequencer` answers the one of this process; undefined in a process that only answers requests, or before its worker runs. */
export function logIndicator(app: Pool, sequencer: () => Sequencer | undefined): Indicator {
  const heads = new HeadTable(app);
  return {
    name: 'log',
    async check() {
      const halted = await heads.halted();
      if (halted) return { ok: false, why: `${halted.code}: ${halted.message}` };
      const status = sequencer()?.status();
      return { ok: true, ...(status && { state: stateOf(status) }) };
    },
  };
}

function stateOf({ state, code, lagMs, belowQuorum, witnesses }: SequencerStatus): string {
  if (state === 'troubled' || state === 'halted') return `${lagMs > logLagMsMax ? 'late' : 'troubled'}: ${code ?? ''}`;
  if (lagMs > logLagMsMax) return 'late';
  if (!belowQuorum) return state;
  const away = witnesses.filter((witness) => witness.state !== 'cosigned');
  return `below quorum: ${away.map(({ name, state: why }) => `${name} ${why}`).join(', ')}`;
}
