// Whom and what does a round of told facts name? Claims, identifiers, references and organisations, each looked up once for all.
import { type Claims, type Found } from '@derbes/event-store';
import { type Named } from '@derbes/domain';
import {
  asOwnerName,
  normalise,
  normaliseRef,
  type Holders,
  type Identifier,
  type KeyRow,
  type LookupToken,
  type Malformed,
  type OwnerName,
  type Vault,
  type VaultRows,
} from '@derbes/vault';
import { type KnownRegisters } from './known-registers.js';
import { type Outcome } from './outcome.js';
import { type ReceivedEvent } from './received.js';
import { type Told, translate } from './translate.js';

interface Identified {
  readonly normal: Identifier;
  readonly token: LookupToken;
}

/** By scheme and value as told; it lives no longer than the reading of one call's facts. */
export type MetIdentifiers = Map<string, Identified>;

type Refusal = NonNullable<Outcome['problem']>;

/** A named identifier before it is known whose it is. */
export interface LookedAt {
  readonly named: Omit<Extract<Named, { scheme: string }>, 'holder' | 'past'>;
  readonly token: LookupToken;
}

/** One told event with everything it names, as of its last look-up. */
export interface Resolved {
  readonly event: ReceivedEvent;
  readonly told: Told;
  readonly token: Buffer;
  readonly identifiers: readonly LookedAt[];
  readonly refToken?: LookupToken;
  readonly organisations: readonly { readonly token: LookupToken; readonly bin: string; readonly name?: string }[];
  readonly referenceTokens: readonly Buffer[];
  /** Version of the registers by which it was read. */
  readonly registers: string;
}

/** What the tables said; `claims` and `references` by token in hex. */
export interface LookedUp {
  readonly claims: ReadonlyMap<string, Found>;
  readonly subjects: ReadonlyMap<string, Holders>;
  /** What identifiers find that were moved since by what was decided on this look-up; by token in hex. */
  readonly moved: Map<string, Holders>;
  readonly organisations: ReadonlyMap<string, KeyRow>;
}

/** A scheme that the edition in force does not map, or any while none is in force: the policy's lack, not the fact's. */
const undeclaredScheme = {
  account: { identifies: 'account', rank: 40 },
  iin: { identifies: 'person', rank: 30 },
  phone: { identifies: 'line', rank: 20 },
  email: { identifies: 'mailbox', rank: 20 },
  cookie: { identifies: 'device', rank: 10 },
} as const;

export class Resolver {
  constructor(
    private readonly vault: Vault,
    private readonly claims: Claims<VaultRows>,
    private readonly registers: KnownRegisters,
  ) {}

  /**
   * Reads what was told; a refusal names the place of an identifier that is none. `met`: identifiers of what was told along with it,
   * for a batch may name one person many times.
   */
  resolve(event: ReceivedEvent, met: MetIdentifiers = new Map()): Resolved | Refusal {
    const told = translate(event);
    const identifiers: LookedAt[] = [];
    const edition = this.registers.editionAt(told.occurred);
    const policy = edition === undefined ? undefined : this.registers.edition(edition)?.declared;
    for (const { scheme, value, since, pointer } of told.identifiers) {
      const declared = policy?.identifier(scheme) ?? standard(scheme);
      const identified = this.identified(scheme, value, met);
      if ('reason' in identified) {
        return { code: identified.code, detail: identified.reason, pointer: `${pointer}/value` };
      }
      if (!declared) {
        return { code: 'SCHEME_UNKNOWN', detail: `${scheme} identifies nobody`, pointer: `${pointer}/scheme` };
      }
      const { normal, token } = identified;
      if (identifiers.some((other) => other.token.token.equals(token.token))) continue;
      identifiers.push({
        token,
        named: {
          scheme,
          norm: String(normal.norm),
          identifies: declared.identifies,
          rank: declared.rank,
          category: declared.category,
          value: told.values.push(normal.value) - 1,
          ...(since !== undefined && { since }),
        },
      });
    }
    const ref = told.ref === undefined ? undefined : normaliseRef(event.source, told.ref);
    if (ref && 'reason' in ref) return { code: ref.code, detail: ref.reason, pointer: '/data/subject/ref' };
    const organisations: Resolved['organisations'][number][] = [];
    for (const { bin, name, pointer } of told.organisations) {
      const normal = normalise('bin', bin);
      if ('reason' in normal) return { code: normal.code, detail: normal.reason, pointer: `${pointer}/bin` };
      organisations.push({ token: this.vault.token(normal), bin: normal.value, ...(name !== undefined && { name }) });
    }
    return {
      event,
      told,
      registers: this.registers.version,
      token: this.vault.claimToken(event.source, event.id),
      identifiers,
      organisations,
      referenceTokens: told.references.map(({ source, id }) => this.vault.claimToken(source, id)),
      ...(ref && { refToken: this.vault.token(ref) }),
    };
  }

  private identified(scheme: string, value: string, met: MetIdentifiers): Identified | Malformed {
    const key = `${scheme}\0${value}`;
    const before = met.get(key);
    if (before) return before;
    const normal = normalise(scheme, value);
    if ('reason' in normal) return normal;
    const identified = { normal, token: this.vault.token(normal) };
    met.set(key, identified);
    return identified;
  }

  /** Three questions for the whole round, asked together. */
  async lookUp(round: readonly Resolved[]): Promise<LookedUp> {
    const tokens = round.flatMap(({ token, referenceTokens }) => [token, ...referenceTokens]);
    const [found, subjects, organisations] = await Promise.all([
      this.claims.find(tokens),
      this.vault.holders(
        round.flatMap(({ identifiers, refToken }) => [
          ...identifiers.map(({ token }) => token),
          ...(refToken ? [refToken] : []),
        ]),
      ),
      this.vault.lookup(
        round.flatMap(({ organisations: named }) => named.map(({ token }) => token)),
        'organisation',
      ),
    ]);
    const claims = new Map<string, Found>();
    found.forEach((one, i) => one && claims.set(tokens[i]?.toString('hex') ?? '', one));
    return { claims, subjects, moved: new Map(), organisations };
  }

  /** Reserves an id for each referenced pair that nobody has claimed yet. Returns ids by token in hex. */
  async reserve(round: readonly Resolved[], looked: LookedUp): Promise<Map<string, string>> {
    const ids = new Map<string, string>();
    await Promise.all(
      round.flatMap(({ told, referenceTokens }) =>
        referenceTokens.map(async (token, place) => {
          const reference = told.references[place];
          const hex = token.toString('hex');
          const standing = looked.claims.get(hex);
          if (!reference || reference.mustExist || ids.has(hex)) return;
          if (standing?.state === 'reserved') ids.set(hex, standing.eventId);
          else if (standing === undefined) {
            const id = await this.claims.reserve(token, reference.type);
            if (id !== undefined) ids.set(hex, id);
          }
        }),
      ),
    );
    return ids;
  }
}

function standard(scheme: string) {
  if (!Object.hasOwn(undeclaredScheme, scheme)) return undefined;
  return { ...undeclaredScheme[scheme as keyof typeof undeclaredScheme], category: scheme };
}

export const ownerOfSubject = (subject: string): OwnerName => asOwnerName(`subject-${subject}`);
