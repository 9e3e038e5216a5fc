// What do the handlers of questions read with? Made once by the composition root.
import { type Claims, type EventStore } from '@derbes/event-store';
import { registers as readModels, type Registers as ReadModels } from '@derbes/read-models';
import { type OwnerName, type Vault, type VaultRows } from '@derbes/vault';
import { type Pool } from 'pg';
import { type KnownRegisters } from '../write/known-registers.js';
import { type Documents } from '../write/documents.js';
import { AskSeam, type RestrictedReads } from './ask.js';
import { erasedAmong } from './erased-owners.js';
import { KnownEpochs } from './known-epochs.js';
import { MentionedEvents } from './mentioned-events.js';
import { provingLeaves, type ProvingLeaves } from './proving-leaves.js';
import { SubjectReader } from './subject-reader.js';

export interface ReadersParts {
  readonly store: EventStore;
  readonly app: Pool;
  readonly vault: Vault;
  readonly claims: Claims<VaultRows>;
  readonly registers: KnownRegisters;
  readonly documents: Pick<Documents, 'get'>;
  readonly clock?: () => Date;
  readonly restrictedReads?: RestrictedReads;
}

export class Readers {
  readonly store: EventStore;
  readonly seam: AskSeam;
  readonly app: Pool;
  readonly subjects: SubjectReader;
  readonly models: ReadModels;
  readonly vault: Vault;
  readonly claims: Claims<VaultRows>;
  readonly registers: KnownRegisters;
  readonly mentions: MentionedEvents;
  readonly epochs: KnownEpochs;
  /** Those of the owners whose own events say that they were erased. */
  readonly erasedAmong: (owners: readonly OwnerName[]) => Promise<ReadonlySet<OwnerName>>;
  readonly leaves: (events: readonly string[]) => Promise<ProvingLeaves | undefined>;
  private readonly clock: () => Date;

  constructor({
    store,
    app,
    vault,
    claims,
    registers,
    documents,
    restrictedReads,
    clock = () => new Date(),
  }: ReadersParts) {
    this.clock = clock;
    this.store = store;
    this.app = app;
    this.seam = new AskSeam(store, clock, restrictedReads);
    this.mentions = new MentionedEvents(app, store);
    this.epochs = new KnownEpochs(store, documents);
    this.subjects = new SubjectReader(store, vault, this.mentions);
    this.models = readModels(app);
    this.erasedAmong = (owners) => erasedAmong(store, owners);
    this.leaves = (events) => provingLeaves(app, events);
    this.vault = vault;
    this.claims = claims;
    this.registers = registers;
  }

  /** Now, in whole UTC seconds. */
  now(): string {
    return `${this.clock().toISOString().slice(0, 19)}Z`;
  }

  /** Written down before the service goes: what was counted and not yet recorded. */
  stop(): Promise<void> {
    return this.seam.stop();
  }
}
