// What does every ledger know from its first start? The profiles and calendars that came with the program, as events like any other.
import { calendarOf, policyDecider, type PolicyCommand } from '@derbes/domain';
import {
  builtInCalendars,
  builtInProfile,
  calendarDocument,
  profileDocument,
  type ProfileCode,
  type StoredDocument,
} from '@derbes/policy';
import { randomUUID } from 'node:crypto';
import { type CommandWriter } from './command-writer.js';
import { type Documents } from './documents.js';
import { type KnownRegisters } from './known-registers.js';

/** Profiles that every ledger knows; the first one judges facts while no edition names another jurisdiction. */
const profiles: readonly ProfileCode[] = ['kz', 'gdpr'];

interface Publishing {
  readonly commands: CommandWriter;
  readonly registers: KnownRegisters;
  readonly documents: Documents;
}

/** Each once for each of its versions. */
export async function publishBuiltIn({ commands, registers, documents }: Publishing): Promise<void> {
  const publish = async ({ bytes, sha256 }: StoredDocument, command: PolicyCommand, name: string): Promise<void> => {
    await documents.put(sha256, Buffer.from(bytes));
    await commands.write({
      asked: { by: { key: 'ledger', role: 'admin' }, request: randomUUID(), idempotencyKey: name },
      actor: 'ledger',
      content: command.type === 'PublishProfile' ? { profile: sha256 } : { calendar: sha256 },
      decide: (at) => ({ drafts: policyDecider.decide(command, registers.registers, { at }) }),
      result: {},
    });
  };
  for (const code of profiles) {
    const profile = builtInProfile(code);
    const document = profileDocument(profile);
    if (registers.registers.profiles.some((version) => version.document === document.sha256)) continue;
    const command = {
      type: 'PublishProfile',
      document: document.sha256,
      profile: code,
      version: profile.version,
    } as const;
    await publish(document, command, `profile.${code}.${profile.version}`);
  }
  for (const calendar of builtInCalendars) {
    const document = calendarDocument(calendar);
    const { code, version } = calendar;
    const standing = calendarOf(registers.registers, code);
    const known = registers.registers.calendars.some((one) => one.document === document.sha256);
    // What an officer corrected is not corrected back by a new build.
    if (known || standing?.builtIn === false) continue;
    const command = { type: 'PublishCalendar', document: document.sha256, calendar: code, version } as const;
    await publish(document, command, `calendar.${code}.${version}`);
  }
}
