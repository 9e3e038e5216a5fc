// Entry of specs that need a log.
export { SampleLog } from './testing/sample-log.js';
