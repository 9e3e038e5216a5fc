// Is a request refused by the ledger itself on its last day, where nobody showed who asks, and in no other case?
import { describe, expect, it } from '@jest/globals';
import { builtInProfile, type Profile } from '@derbes/policy';
import { fold, type Facts } from '@derbes/kernel';
import { catalogue, type RequestEvent } from '../catalogue.js';
import { newId, outside } from '../testing.js';
import { type RequestCommand, type RequestOutside } from './request-command.js';
import { requestDecider } from './request-decider.js';
import { foldRequest, requestStream } from './request-state.js';
import { refusalOfUnproved } from './unproved.js';

/** A Friday, ten in the morning in Almaty: the answer is due on Wednesday, its last day begins to end at noon. */
const received = '2026-11-20T05:00:00Z';
const [morning, noon, due] = ['2026-11-25T06:59:58Z', '2026-11-25T06:59:59Z', '2026-11-25T18:59:59Z'];
const signed = { method: 'signature', at: received } as const;

class Story {
  readonly request = newId();
  readonly events: RequestEvent[] = [];

  constructor(private readonly world: Pick<RequestOutside, 'registers' | 'documents'> = outside) {}

  at(moment: string): RequestOutside {
    return { ...this.world, at: moment, request: this.request };
  }

  do(command: object, moment = received): this {
    const state = fold(requestDecider, this.events);
    for (const { type, facts, occurred } of requestDecider.decide(command as RequestCommand, state, this.at(moment))) {
      catalogue.get(type).check(facts as Facts);
      const told = { type, facts, occurred, id: newId(), stream: requestStream(this.request), at: moment, parts: [] };
      this.events.push({ ...told, revision: this.events.length } as unknown as RequestEvent);
    }
    return this;
  }

  refusal(moment: string) {
    return refusalOfUnproved(foldRequest(this.events), this.at(moment));
  }
}
const taken = (more: object = {}, world?: Pick<RequestOutside, 'registers' | 'documents'>) =>
  new Story(world).do({
    ...{
      type: 'ReceiveRequest',
      right: 'know',
      channel: 'email',
      language: 'kk',
      received,
      sealed: [],
      profiles: ['kz'],
    },
    ...more,
  });
/** The same world, the row of the profile changed. */
const withRow = (change: (row: NonNullable<Profile['unproved']>) => Profile['unproved']) => ({
  registers: outside.registers,
  documents: {
    ...outside.documents,
    profile: () => {
      const { unproved, ...kz } = builtInProfile('kz');
      const row = unproved && change(unproved);
      return { ...kz, ...(row && { unproved: row }) };
    },
  },
});

describe('a request of which nobody knows who asks', () => {
  it('is refused from noon of its last day on, in its own language, by the article, and not a second before', () => {
    expect(taken().refusal(morning)).toBeUndefined();
    const refusal = taken().refusal(noon);
    expect(refusal).toEqual({
      type: 'RefuseRequest',
      reason: 'identity-not-proved',
      act: '94-V',
      article: '25(2)(7)',
      how: 'email',
      language: 'kk',
      unsent: true,
    });
    const [said] = taken()
      .do(refusal ?? {}, noon)
      .events.slice(-1);
    expect(said).toMatchObject({
      type: 'RequestRefused',
      facts: { unsent: 'yes', language: 'kk', prove: ['second-identifier', 'signature', 'presence'] },
    });
  });

  it('is refused late rather than never, where nobody looked on its last day', () => {
    expect(taken().refusal('2026-12-30T05:00:00Z')).toMatchObject({ reason: 'identity-not-proved' });
  });

  it('has a refusal that nobody needs to send where it came through the portal', () => {
    expect(taken({ channel: 'portal' }).refusal(noon)).not.toHaveProperty('unsent');
    expect(taken({ channel: 'paper' }).refusal(noon)).toMatchObject({ how: 'post', unsent: true });
    expect(taken({ channel: 'state-service' }).refusal(noon)).toMatchObject({ how: 'state-service', unsent: true });
  });

  it('for somebody else names the document of the authority among the proofs', () => {
    const story = taken({ behalf: 'other', channel: 'paper' });
    story.do(story.refusal(noon) ?? {}, noon);
    expect(story.events.at(-1)?.facts).toMatchObject({
      prove: ['second-identifier', 'signature', 'presence', 'representative'],
    });
  });

  it('is refused on the last day by the reading that leaves more time: by the strict one it is warned of', () => {
    const story = taken({ right: 'change' });
    expect(story.refusal('2026-11-23T06:59:58Z')).toBeUndefined();
    expect(story.refusal('2026-11-23T06:59:59Z')).toMatchObject({ reason: 'identity-not-proved' });
  });
});

describe('nothing is refused by itself', () => {
  it('of somebody who proved who she is, be it that nothing is known of her', () => {
    expect(
      taken()
        .do({ type: 'VerifyIdentity', mark: 0, proofs: [signed] })
        .refusal(due),
    ).toBeUndefined();
  });

  it('that was answered or refused before', () => {
    const refused = taken().do({ type: 'RefuseRequest', reason: 'manifestly-unfounded', how: 'email' });
    expect(refused.refusal(due)).toBeUndefined();
    expect(new Story().refusal(due)).toBeUndefined();
  });

  it('that anybody may ask without saying who it is', () => {
    expect(taken({ right: 'complaint' }).refusal(due)).toBeUndefined();
    expect(taken({ right: 'damages' }).refusal(due)).toBeUndefined();
  });

  it('where one of the laws that apply knows a pause', () => {
    expect(taken({ profiles: ['kz', 'gdpr'] }).refusal(due)).toBeUndefined();
    expect(
      taken(
        {},
        withRow(() => undefined),
      ).refusal(due),
    ).toBeUndefined();
  });

  it('by a row that may not leave the house: an officer refuses then, and names the article herself', () => {
    expect(
      taken(
        {},
        withRow((row) => ({ ...row, confidence: 'S1' })),
      ).refusal(due),
    ).toBeUndefined();
    expect(
      taken(
        {},
        withRow((row) => ({ ...row, confidence: 'S2' })),
      ).refusal(due),
    ).toBeDefined();
  });
});
