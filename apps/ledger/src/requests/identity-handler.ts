// Who asks? What is shown is looked up among what is held and not kept; as soon as it is known about whom, every holder is asked.
import {
  dueOfRequest,
  emptyFold,
  inquiriesFor,
  requestDecider,
  requestStream,
  uploaderTasks,
  whatOpens,
  type Opens,
  type Proof,
  type RequestState,
} from '@derbes/domain';
import { Refused, type Draft } from '@derbes/kernel';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { Readers } from '../read/readers.js';
import { contentOf } from '../write/handlers.js';
import { Writers } from '../write/writers.js';
import { partsOf, personOf, representedBy, type Person } from './persons.js';
import { findShown, proofsOf, type Found } from './proofs.js';
import { VerifyIdentity, type IdentityTold } from './request-commands.js';
import { readRequestStream, requestOwner } from './request-streams.js';

/** What IdentityVerified says. */
interface Verified {
  readonly outcome: 'proved' | 'not-proved';
  readonly opens: Opens;
}

@CommandHandler(VerifyIdentity)
export class VerifyIdentityHandler implements ICommandHandler<VerifyIdentity> {
  constructor(
    private readonly writers: Writers,
    private readonly readers: Readers,
  ) {}

  async execute(command: VerifyIdentity): Promise<IdentityTold> {
    const { vault, registers, commands, identifiers } = this.writers;
    const { request, representative, staff } = command;
    const identified = randomUUID();
    return commands.write<Omit<IdentityTold, 'status'>>({
      asked: command.asked,
      content: contentOf(command),
      contentOwner: requestOwner(request),
      decide: async (at) => {
        const { state, head } = await readRequestStream(this.readers.store, request);
        const found = await findShown(command.proofs ?? [], vault);
        const person = await this.person(command, found, state, at);
        const proofs = await proofsOf(found, person ?? { members: [], fold: emptyFold() }, identifiers, at);
        const outside = { ...registers.outside, at, request, person: person?.fold };
        const [draft] = requestDecider.decide(
          { type: 'VerifyIdentity', subject: person?.subject, proofs, mark: 0, representative, staff },
          state,
          outside,
        );
        if (!draft) return { drafts: [] };
        const { outcome, opens } = draft.facts as Verified;
        const asked = outcome === 'proved' ? await this.asked(request, state, identified, opens, person, at) : [];
        return {
          drafts: [{ ...draft, id: identified }, ...asked],
          values: [request],
          heads: new Map([[requestStream(request), head]]),
          result: {
            outcome,
            opens,
            missing: missingOf(proofs, person),
            asked: asked.filter(({ facts }) => (facts as AskedOf).holder !== undefined).length,
            ...(outcome === 'proved' && person && { subject: person.subject }),
          },
        };
      },
      result: { outcome: 'not-proved', opens: { what: 'nothing' }, missing: [], asked: 0 },
    });
  }

  /** Whom the representative acts for, or whom the identifiers find, or whom the officer names where none of them does. */
  private async person(
    { subject, representative }: VerifyIdentity,
    found: Found,
    { received }: RequestState,
    at: string,
  ): Promise<Person | undefined> {
    const recognition = representative ?? received?.facts.representative;
    const represented = await representedBy(this.writers, this.readers, recognition, at);
    if (represented) return represented;
    const people = await Promise.all(
      [...found.subjects, ...(subject === undefined ? [] : [subject])].map(async (one) => {
        const person = await personOf(this.writers, one, at);
        if (!person) throw new Refused('SUBJECT_UNKNOWN', 'there is no such subject', { subject: one });
        return person;
      }),
    );
    const different = new Set(people.map((one) => one.subject));
    if (different.size > 1) {
      throw new Refused('IDENTIFIERS_DISAGREE', 'what was shown finds more than one person', {
        people: String(different.size),
      });
    }
    return people[0];
  }

  /** Who is asked for what is held, and who answers for an upload; nobody is asked twice by the same identifiers. */
  private async asked(
    request: string,
    { received, tasks, clocks }: RequestState,
    cause: string,
    opens: Opens,
    person: Person | undefined,
    at: string,
  ): Promise<Draft[]> {
    const right = received?.facts.right;
    const { vault, registers } = this.writers;
    const common = {
      request,
      cause,
      clock: dueOfRequest({ clocks }),
      parts: person ? await partsOf(vault, person) : [],
    };
    // Whoever uploaded her answers her too, whatever she asks: we answer for what we hold, and wait for nobody.
    const uploading = { ...common, stream: requestStream(request), occurred: at };
    const ofUploaders = person ? uploaderTasks(uploading, person.fold) : [];
    const isInquired = right === 'know' || right === 'portability';
    const asking = { ...common, opens, claimed: person || !isInquired ? [] : await this.claimed(request) };
    const inquiries = isInquired ? inquiriesFor(asking, person?.fold, registers.outside, at) : [];
    const before = new Set([...tasks.values()].map(nameOfTask));
    return [...inquiries, ...ofUploaders].filter(({ facts }) => !before.has(nameOfTask(facts as AskedOf)));
  }

  /** Of the request's sealed parts those that say who somebody is. */
  private async claimed(request: string): Promise<string[]> {
    const places = await this.writers.vault.partsOfOwner(requestOwner(request));
    return places.flatMap(({ eventId, p, category }) => (category === 'meta.claimed' ? [`${eventId}/${p}`] : []));
  }
}

interface AskedOf {
  readonly holder?: string;
  readonly uploader?: string;
  readonly parts?: readonly string[];
}

/** Whom it asks, and by what the person is found there. */
const nameOfTask = ({ holder, uploader, parts = [] }: AskedOf): string => [holder ?? uploader, ...parts].join();

const missingOf = (proofs: readonly Proof[], person: Person | undefined): readonly string[] =>
  whatOpens(proofs, person?.fold ?? emptyFold()).missing;
