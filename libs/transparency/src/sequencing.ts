// Entry of whoever runs the log: sequencer, lock, keys and their tables.
export { type Cosigned, type Cosigning, type WitnessStanding } from './sequencing/cosigning.js';
export { HeadTable, publishedChannel, type Head } from './sequencing/head-table.js';
export { logSteps, type LogStep } from './sequencing/leading.js';
export { CheckpointLock, type Locked } from './sequencing/lock.js';
export { haltedState, transparencyMigrations } from './sequencing/migrations.js';
export { Sequencer, type SequencerOptions, type SequencerState, type SequencerStatus } from './sequencing/sequencer.js';
export { SigningKeys, vkeyOf, type AddedKey, type SigningSecrets } from './sequencing/signing-keys.js';
export { refuseBehind } from './sequencing/behind.js';
export { verifyFiles } from './sequencing/verified-files.js';
