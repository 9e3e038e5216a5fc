// May this be done with this person's data? What recording it now would raise, and what is missing for it.
import {
  check,
  emptyFold,
  foldSubject,
  meantAt,
  NotJudgeable,
  subjectOfStream,
  type Answer,
  type Outside,
  type Question,
  type SubjectEvent,
  type SubjectFold,
} from '@derbes/domain';
import { Refused } from '@derbes/kernel';
import { normalise, normaliseRef } from '@derbes/vault';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { wholeSeconds } from '../write/telling-parts.js';
import { decidingConsent } from './deciding-consent.js';
import { CheckAction, type CheckAnswer } from './queries.js';
import { Readers } from './readers.js';
import { wellFormed } from './search-handler.js';

type Verdict = CheckAnswer['verdicts'][number];

interface Whom {
  readonly subjects: readonly string[];
  readonly fold: SubjectFold;
  readonly events: readonly SubjectEvent[];
  /** Identifiers of equal rank mean different people: an officer decides, nothing may be recorded meanwhile. */
  readonly undecided: boolean;
}

const nobody: Whom = { subjects: [], fold: emptyFold(), events: [], undecided: false };

@QueryHandler(CheckAction)
export class CheckActionHandler implements IQueryHandler<CheckAction> {
  constructor(private readonly readers: Readers) {}

  execute(query: CheckAction): Promise<CheckAnswer> {
    const { seam } = this.readers;
    const question = { question: 'check', asked: query.asked };
    const now = query.at === undefined ? this.readers.now() : wholeSeconds(query.at);
    // Services ask by the thousand: they are counted. Of staff each question is a record of its own.
    if (query.asked.by.role === 'emitter')
      return seam.count(question, async () => this.answer(query, await this.whom(query, now), now));
    return seam.ask(question, async (touches) => {
      const whom = await this.whom(query, now);
      touches(whom.subjects);
      return this.answer(query, whom, now);
    });
  }

  private async answer(query: CheckAction, whom: Whom, now: string): Promise<CheckAnswer> {
    const consent = await this.consentOf(query);
    const outside = outsideOf(this.readers);
    const pairs = query.categories.flatMap((category) => query.purposes.map((purpose) => ({ category, purpose })));
    const verdicts = pairs.map(({ category, purpose }): Verdict => {
      if (whom.undecided) return { category, purpose, allowed: false, findings: ['IDENTIFIERS_CONFLICT'] };
      const answer = judged(questionOf(query, category, purpose, consent), whom.fold, outside, now);
      return verdictOf(category, purpose, answer, (event) => decidingConsent(event, consent, query, whom.events));
    });
    return { allowed: verdicts.every(({ allowed }) => allowed), verdicts };
  }

  /** The event behind the consent that the asker names; a pair that nobody told of stands for no consent. */
  private async consentOf({ consent }: CheckAction): Promise<string | undefined> {
    if (!consent) return undefined;
    const { claims, vault } = this.readers;
    const [found] = await claims.find([vault.claimToken(consent.source, consent.id)]);
    if (!found || found.state === 'reserved') return found?.eventId;
    return found.events.find(({ type }) => type === 'ConsentGiven')?.id;
  }

  /** Who was meant at that moment: an identifier may have meant another before. */
  private async whom({ subject, asked }: CheckAction, moment: string): Promise<Whom> {
    const { vault, registers, subjects } = this.readers;
    // What another process has acknowledged is in force here, too.
    await registers.fresh();
    const policy = registers.edition(registers.editionAt(this.readers.now()) ?? '')?.declared;
    const sought =
      subject.ref === undefined
        ? (subject.identifiers ?? []).map(({ scheme, value }, i) => ({
            token: vault.token(wellFormed(normalise(scheme, value), `/subject/identifiers/${i}/value`)),
            rank: policy?.identifier(scheme)?.rank ?? 0,
          }))
        : [
            {
              token: vault.token(wellFormed(normaliseRef(asked.by.source ?? '', subject.ref), '/subject/ref')),
              rank: 0,
            },
          ];
    const found = await vault.holders(sought.map(({ token }) => token));
    const known = sought.flatMap(({ token, rank }) => {
      const row = meantAt(found.get(token.token.toString('hex')) ?? {}, moment);
      return row?.state === 'live' ? [{ subject: subjectOfStream(row.owner), rank }] : [];
    });
    const strongest = Math.max(...known.map(({ rank }) => rank));
    const named = [...new Set(known.filter(({ rank }) => rank === strongest).map((one) => one.subject))];
    const [first] = named;
    const read =
      first === undefined ? undefined : await subjects.streams(await subjects.begin(first), this.readers.now());
    if (!read) return nobody;
    const undecided = named.some((one) => !read.subjects.includes(one));
    const events = read.streams.flat();
    return { subjects: read.subjects, fold: foldSubject(events), events, undecided };
  }
}

function outsideOf({ registers }: Readers): Outside {
  return {
    registers: registers.registers,
    documents: {
      policy: (document) => registers.edition(document)?.declared,
      profile: (document) => registers.profile(document),
      calendar: (document) => registers.calendar(document),
    },
  };
}

function questionOf(query: CheckAction, category: string, purpose: string, consent: string | undefined): Question {
  const { action, basis, holder, role, recipient, country, ground } = query;
  const code = basis ?? (query.consent ? 'consent' : undefined);
  return {
    action,
    category,
    purpose,
    ...(code !== undefined && { basis: { code, ...(consent !== undefined && { consent }) } }),
    ...(holder !== undefined && { holder }),
    ...(role !== undefined && { role }),
    ...(recipient !== undefined && { recipient }),
    ...(country !== undefined && { country }),
    ...(ground !== undefined && { ground }),
  };
}

function judged(question: Question, fold: SubjectFold, outside: Outside, now: string): Answer {
  try {
    return check(question, fold, outside, now);
  } catch (error) {
    if (error instanceof NotJudgeable) throw new Refused(error.code, error.message);
    throw error;
  }
}

function verdictOf(
  category: string,
  purpose: string,
  { allowed, clause, article, consent, missing, consentNeeded }: Answer,
  told: (consent: string) => Verdict['consent'],
): Verdict {
  const deciding = consent === undefined ? undefined : told(consent);
  return {
    category,
    purpose,
    allowed,
    findings: [...new Set(missing.map(({ code }) => code))],
    ...(clause !== '-' && { clause }),
    ...(article !== '-' && { article }),
    ...(deciding && { consent: deciding }),
    ...(consentNeeded && { missing: [consentNeeded] }),
  };
}
