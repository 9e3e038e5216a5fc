// What do the handlers of questions read with? Made once by the composition root.
import { type Claims, type EventStore } from '@derbes/event-store';
import { registers as readModels, type Registers as ReadModels } from '@derbes/read-models';
import { type Vault, type VaultRows } from '@derbes/vault';
import { type Pool } from 'pg';
import { type KnownRegisters } from '../write/known-registers.js';
import { AskSeam } from './ask.js';
import { MentionedEvents } from './mentioned-events.js';
import { SubjectReader } from './subject-reader.js';

export interface ReadersParts {
  readonly store: EventStore;
  readonly app: Pool;
  readonly vault: Vault;
  readonly claims: Claims<VaultRows>;
  readonly registers: KnownRegisters;
  readonly clock?: () => Date;
}

export class Readers {
  readonly seam: AskSeam;
  readonly subjects: SubjectReader;
  readonly models: ReadModels;
  readonly vault: Vault;
  readonly claims: Claims<VaultRows>;
  readonly registers: KnownRegisters;
  private readonly clock: () => Date;

  constructor({ store, app, vault, claims, registers, clock = () => new Date() }: ReadersParts) {
    this.clock = clock;
    this.seam = new AskSeam(store, clock);
    this.subjects = new SubjectReader(store, vault, new MentionedEvents(app, store));
    this.models = readModels(app);
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
