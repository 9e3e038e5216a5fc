// What do the handlers of commands write with? Made once by the composition root.
import { type EventStore } from '@derbes/event-store';
import { type Vault } from '@derbes/vault';
import { type ErasureExecutor } from '../erasure/executor.js';
import { type RestrictedRecords } from '../restricted/restricted-records.js';
import { type AtomicRecorder } from './atomic-recorder.js';
import { type CommandWriter } from './command-writer.js';
import { type Documents } from './documents.js';
import { type FactRecorder } from './fact-recorder.js';
import { type FoldCache } from './fold-cache.js';
import { type KnownRegisters } from './known-registers.js';
import { type LinkedIdentifiers } from './linked-identifiers.js';
import { type RegisterIndex } from './register-index.js';

export class Writers {
  constructor(
    readonly commands: CommandWriter,
    readonly facts: FactRecorder,
    readonly atomicFacts: AtomicRecorder,
    readonly registers: KnownRegisters,
    readonly documents: Documents,
    readonly index: RegisterIndex,
    readonly cache: FoldCache,
    readonly identifiers: LinkedIdentifiers,
    readonly vault: Vault,
    readonly erasures: ErasureExecutor,
    readonly restricted: RestrictedRecords,
    readonly store: EventStore,
  ) {}
}
