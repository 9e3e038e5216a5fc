// How does a spec get tasks that somebody has to be told? Recorded as the ledger records them, with a destination that is set.
import { addresseeOf, type DeliveryMode, type TaskKind } from '@derbes/domain';
import { type Draft } from '@derbes/kernel';
import { normalise, type LookupToken } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import { type Ledger } from '../../ledger.js';
import { askedBy, fact, tell } from '../../testing.js';
import { RegisterHolder } from '../../write/commands.js';
import { RegisterHolderHandler } from '../../write/handlers.js';
import { controllerOwner } from '../../write/opening.js';

export const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
export const otherSecret = `whsec_${Buffer.alloc(32, 10).toString('base64')}`;

interface SetDestination {
  readonly by: DeliveryMode;
  readonly address?: string;
  readonly secret?: string;
  readonly ackKey?: string;
}

/** Registers a holder and says how it is reached. */
export async function holderReached(
  ledger: Ledger,
  holder: string,
  { by, ackKey, ...sealed }: SetDestination,
): Promise<void> {
  const register = Object.assign(new RegisterHolder(), { holder, countries: ['KZ'], asked: askedBy('admin') });
  await new RegisterHolderHandler(ledger.writers).execute(register);
  const { registers, vault, writers } = ledger;
  const stream = `holder-${registers.registers.holders.get(holder)?.at(-1)?.uuid ?? ''}`;
  const told = Object.entries({ 'meta.address': sealed.address, 'meta.secret': sealed.secret }).flatMap(
    ([category, value]) => (value === undefined ? [] : [{ category, value }]),
  );
  await writers.commands.write({
    asked: askedBy('admin'),
    content: {},
    decide: (at) => ({
      drafts: [
        {
          type: 'DestinationSet',
          stream,
          occurred: at,
          facts: { holder, by, ...(ackKey !== undefined && { ackKey }) },
          seals: told.map(({ category }, value) => ({ category, value, owner: controllerOwner(vault.ledger) })),
        },
      ],
      values: told.map(({ value }) => value),
    }),
    result: {},
  });
}

/** Somebody whom the ledger knows by an e-mail address. */
export interface Person {
  readonly stream: string;
  readonly email: string;
  /** Where the address is sealed. */
  readonly part: string;
}

let met = 0;

export async function people(ledger: Ledger, count: number, holder = 'crm'): Promise<Person[]> {
  const emails = Array.from({ length: count }, () => `person${++met}@example.kz`);
  const facts = emails.map((email) =>
    fact('data.collected', {
      subject: { identifiers: [{ scheme: 'email', value: email }] },
      categories: ['email'],
      purposes: ['account'],
      holder,
      origin: { kind: 'subject', means: 'web-form' },
      values: { email },
    }),
  );
  await tell(ledger, ...facts);
  const tokens = emails.map((email) => tokenOf(ledger, email));
  const rows = await ledger.vault.lookup(tokens);
  const found: Person[] = [];
  for (const [i, email] of emails.entries()) {
    const stream = rows.get(tokens[i]?.token.toString('hex') ?? '')?.owner ?? '';
    for await (const { id, type } of ledger.store.readStream(stream)) {
      if (type === 'IdentifierLinked') found.push({ stream, email, part: `${id}/0` });
    }
  }
  return found;
}

function tokenOf({ vault }: Ledger, email: string): LookupToken {
  const identifier = normalise('email', email);
  if ('reason' in identifier) throw new Error(identifier.reason);
  return vault.token(identifier);
}

/** Whoever orders about somebody of whom services tell all the while loses that many times, and tries on as a caller would. */
const attemptsMax = 500;

/** Orders a task about somebody; answers its id. */
export async function order(
  ledger: Ledger,
  person: Pick<Person, 'stream' | 'part'>,
  kind: TaskKind,
  whom: { readonly holder: string } | { readonly recipient: string },
  by: DeliveryMode = 'webhook',
): Promise<string> {
  const task = randomUUID();
  await ledger.writers.commands.write({
    asked: askedBy('officer'),
    content: { order: task, whom: addresseeOf(whom) },
    decide: async (at) => {
      const { head } = await ledger.writers.cache.onDisk(person.stream.slice('subject-'.length));
      const draft: Draft & { readonly id: string } = {
        id: task,
        type: 'TaskOrdered',
        stream: person.stream,
        occurred: at,
        facts: { kind, ...whom, categories: ['email'], parts: [person.part], cause: randomUUID(), by },
      };
      return { drafts: [draft], heads: new Map([[person.stream, head]]) };
    },
    result: {},
    attempts: attemptsMax,
  });
  return task;
}
