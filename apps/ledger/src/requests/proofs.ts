// Whom do the identifiers find that somebody showed or told, and which held link does each stand for?
import { subjectOfStream, type Proof, type SubjectFold } from '@derbes/domain';
import { Refused } from '@derbes/kernel';
import { normalise, type LookupToken, type Vault } from '@derbes/vault';
import { wholeSeconds } from '../write/telling-parts.js';
import { wellFormed } from '../read/search-handler.js';
import { type LinkedIdentifiers } from '../write/linked-identifiers.js';
import { type ProofForm } from './request-commands.js';

export interface Found {
  /** Whom the identifiers find; more than one where people were merged, or where the identifiers are of different people. */
  readonly subjects: readonly string[];
  readonly shown: readonly Shown[];
}

interface Shown {
  readonly form: ProofForm;
  readonly token?: LookupToken;
  readonly finds?: string;
}

/** Schemes whose control each method shows. */
const schemesOf: Readonly<Record<string, readonly string[]>> = {
  session: ['account'],
  mailbox: ['email'],
  line: ['phone'],
  device: ['cookie'],
};

/**
 * Looks up every identifier; nothing of what was told is kept, whether it finds somebody or not. Refuses PROOF_MALFORMED
 * where a method and its identifier do not fit.
 */
export async function findShown(forms: readonly ProofForm[], vault: Vault): Promise<Found> {
  const told = forms.map((form, i) => ({ form, token: tokenOf(form, i, vault) }));
  const found = await vault.lookup(told.flatMap(({ token }) => token ?? []));
  const shown = told.map(({ form, token }): Shown => {
    const row = token && found.get(token.token.toString('hex'));
    const finds = row?.state === 'live' && row.owner.startsWith('subject-') ? subjectOfStream(row.owner) : undefined;
    return { form, ...(token && { token }), ...(finds !== undefined && { finds }) };
  });
  return { shown, subjects: [...new Set(shown.flatMap(({ finds }) => finds ?? []))] };
}

function tokenOf({ method, identifier }: ProofForm, place: number, vault: Vault): LookupToken | undefined {
  const needed = method !== 'signature' && method !== 'presence';
  const schemes = schemesOf[method];
  const fits = identifier && (!schemes || schemes.includes(identifier.scheme));
  if (needed !== (identifier !== undefined) || (needed && !fits)) {
    throw new Refused('PROOF_MALFORMED', 'this proof and its identifier do not fit', { method });
  }
  if (!identifier) return undefined;
  return vault.token(wellFormed(normalise(identifier.scheme, identifier.value), `/proofs/${place}/identifier/value`));
}

/** The proofs as the rules take them: each with the link of hers that its identifier stands for. */
export async function proofsOf(
  { shown }: Found,
  { members, fold }: { readonly members: readonly string[]; readonly fold: SubjectFold },
  identifiers: LinkedIdentifiers,
  at: string,
): Promise<Proof[]> {
  const proofs: Proof[] = [];
  for (const { form, token } of shown) {
    const link = token && (await linkOf(token, form.identifier?.scheme ?? '', members, fold, identifiers));
    const moment = form.at === undefined ? at : wholeSeconds(form.at);
    proofs.push({ method: form.method, at: moment, ...(link !== undefined && { link }) });
  }
  return proofs;
}

async function linkOf(
  token: LookupToken,
  scheme: string,
  members: readonly string[],
  fold: SubjectFold,
  identifiers: LinkedIdentifiers,
): Promise<string | undefined> {
  // The last link of an identifier counts: an earlier one of the same value ended.
  for (const [event, link] of [...fold.state.identity.links].reverse()) {
    if (link.scheme !== scheme) continue;
    for (const member of members) {
      const standing = await identifiers.tokenOfLink(member, event);
      if (standing?.token.equals(token.token)) return event;
    }
  }
  return undefined;
}

/** Of the identifiers that a request claims, those that find somebody already. */
export async function heldAlready(
  claimed: readonly { readonly scheme: string; readonly value: string }[],
  vault: Vault,
): Promise<ReadonlySet<number>> {
  const tokens = claimed.map(({ scheme, value }, i) =>
    vault.token(wellFormed(normalise(scheme, value), `/claimed/${i}/value`)),
  );
  const found = await vault.lookup(tokens);
  return new Set(tokens.flatMap(({ token }, i) => (found.get(token.toString('hex'))?.state === 'live' ? [i] : [])));
}
