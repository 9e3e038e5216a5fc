// Entry of whoever has a log witnessed.
export { Witnesses, WitnessNotUsable } from './witnessing/witnesses.js';
