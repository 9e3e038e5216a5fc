// Within which term is a withdrawal decided: stopped, or refused with reasons?
import { Refused } from '@derbes/kernel';
import { NotJudgeable, type Outside } from '../case.js';
import { type Clock } from '../clock.js';
import { startClock } from '../clock-start.js';

/** Art. 8(7): it runs from receipt. A profile that knows no such term starts no clock; past the calendar it refuses CALENDAR_ENDS. */
export function withdrawalClock(outside: Outside, received: string): Clock | undefined {
  try {
    return startClock(outside, { term: 'withdrawal', from: received });
  } catch (error) {
    if (error instanceof Refused && error.code === 'TERM_UNKNOWN') return undefined;
    throw error;
  }
}

/** The same for what a service tells, which is never refused: where it cannot be counted, it is told without. */
export function toldClock(outside: Outside, received: string): Clock | undefined {
  try {
    return withdrawalClock(outside, received);
  } catch (error) {
    if (error instanceof Refused || error instanceof NotJudgeable) return undefined;
    throw error;
  }
}
