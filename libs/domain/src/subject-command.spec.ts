// When may subjects be merged and parted, links ended and facts retracted?
import { Refused, type Facts } from '@derbes/kernel';
import { type SubjectEvent } from './catalogue.js';
import { type Folds } from './identify.js';
import { decideSubject, type SubjectCommand } from './subject-command.js';
import { foldSubject } from './subject-fold.js';
import { collected, minute, newId, Teller } from './testing.js';

const [a, b, c] = [newId(), newId(), newId()];
const at = minute(60);

class People {
  private readonly tellers = new Map<string, Teller>();
  constructor(kinds: Readonly<Record<string, 'person' | 'device'>> = { [a]: 'person', [b]: 'person', [c]: 'person' }) {
    for (const [subject, kind] of Object.entries(kinds)) this.tell(subject, 'SubjectRegistered', { kind });
  }
  tell(subject: string, type: SubjectEvent['type'], facts: Facts): SubjectEvent {
    const teller = this.tellers.get(subject) ?? new Teller(subject);
    this.tellers.set(subject, teller);
    return teller.tell(type, facts);
  }
  get folds(): Folds {
    return new Map([...this.tellers].map(([subject, { events }]) => [subject, foldSubject(events)]));
  }
  decide = (command: SubjectCommand) => decideSubject(command, this.folds, at);
  /** Carries a command out. */
  do(command: SubjectCommand): this {
    for (const { stream, type, facts } of this.decide(command).drafts) {
      this.tell(stream.slice('subject-'.length), type as SubjectEvent['type'], facts);
    }
    return this;
  }
  refuses(command: SubjectCommand): string {
    try {
      this.decide(command);
    } catch (error) {
      if (error instanceof Refused) return error.code;
      throw error;
    }
    return 'not refused';
  }
}

const merge = (survivor: string, merged: string) =>
  ({ type: 'MergeSubjects', survivor, merged, ground: 'officer-decision' }) as const;
const unmerge = (survivor: string, merged: string) =>
  ({ type: 'UnmergeSubjects', survivor, merged, ground: 'merged-in-error' }) as const;

describe('merging', () => {
  it('is two events and a pointer', () => {
    expect(new People().decide(merge(a, b)).drafts).toEqual([
      {
        type: 'SubjectsMerged',
        stream: `subject-${a}`,
        occurred: at,
        facts: { part: 'survivor', other: b, ground: 'officer-decision' },
      },
      {
        type: 'SubjectsMerged',
        stream: `subject-${b}`,
        occurred: at,
        facts: { part: 'merged', other: a, ground: 'officer-decision' },
      },
    ]);
  });
  it('again says nothing new', () => {
    expect(new People().do(merge(a, b)).decide(merge(a, b)).drafts).toEqual([]);
  });
  it('with itself is refused', () => expect(new People().refuses(merge(a, a))).toBe('SAME_SUBJECT'));
  it('with nobody is refused', () => expect(new People().refuses(merge(a, newId()))).toBe('SUBJECT_UNKNOWN'));
  it('of one already merged elsewhere is refused', () =>
    expect(new People().do(merge(a, b)).refuses(merge(c, b))).toBe('ALREADY_MERGED'));
  it('into one that is itself merged is refused', () =>
    expect(new People().do(merge(a, b)).refuses(merge(b, c))).toBe('ALREADY_MERGED'));
  it('in a circle is refused', () => expect(new People().do(merge(a, b)).refuses(merge(b, a))).toBe('ALREADY_MERGED'));
  it('of a survivor into another is a chain', () => {
    expect(new People().do(merge(a, b)).decide(merge(c, a)).drafts).toHaveLength(2);
  });
  it('of a person and a device is refused', () =>
    expect(new People({ [a]: 'person', [b]: 'device' }).refuses(merge(a, b))).toBe('DEVICE_NOT_MERGEABLE'));
});

describe('parting', () => {
  it('names the merge that it undoes, in each stream its own', () => {
    const people = new People().do(merge(a, b));
    const [survivor, merged] = [people.folds.get(a)?.state.identity, people.folds.get(b)?.state.identity];
    expect(people.decide(unmerge(a, b)).drafts.map(({ facts }) => facts['merge'])).toEqual([
      survivor?.absorbed.get(b),
      merged?.mergedInto?.merge,
    ]);
  });
  it('leaves both as they were', () => {
    const people = new People().do(merge(a, b)).do(unmerge(a, b));
    expect(people.folds.get(a)?.state.identity.absorbed.size).toBe(0);
    expect(people.folds.get(b)?.state.identity.mergedInto).toBeUndefined();
  });
  it('may be followed by another merge', () => {
    expect(new People().do(merge(a, b)).do(unmerge(a, b)).decide(merge(c, b)).drafts).toHaveLength(2);
  });
  it('of what was not merged is refused', () => expect(new People().refuses(unmerge(a, b))).toBe('NOT_MERGED'));
});

describe('ending a link', () => {
  const linked = () => {
    const people = new People();
    return { people, link: people.tell(a, 'IdentifierLinked', { scheme: 'phone', norm: '1', since: minute(1) }).id };
  };
  const unlink = (link: string, until = minute(30)) =>
    ({ type: 'UnlinkIdentifier', subject: a, link, until, ground: 'number-reissued' }) as const;
  it('frees the token from its moment on', () => {
    const { people, link } = linked();
    expect(people.decide(unlink(link))).toEqual({
      drafts: [
        {
          type: 'IdentifierUnlinked',
          stream: `subject-${a}`,
          occurred: at,
          facts: { scheme: 'phone', until: minute(30), link, ground: 'number-reissued' },
        },
      ],
      freed: [
        { subject: a, link, since: people.folds.get(a)?.state.identity.links.get(link)?.since, until: minute(30) },
      ],
    });
  });
  it('twice says nothing new', () => {
    const { people, link } = linked();
    expect(people.do(unlink(link)).decide(unlink(link))).toEqual({ drafts: [], freed: [] });
  });
  it('at another moment than it ended is refused', () => {
    const { people, link } = linked();
    expect(people.do(unlink(link)).refuses(unlink(link, minute(40)))).toBe('LINK_ENDED');
  });
  it('before it began is refused', () => {
    const { people, link } = linked();
    expect(people.refuses(unlink(link, minute(0)))).toBe('UNTIL_BEFORE_SINCE');
  });
  it('in the future is refused', () => {
    const { people, link } = linked();
    expect(people.refuses(unlink(link, minute(61)))).toBe('UNTIL_BEFORE_SINCE');
  });
  it('that nobody made is refused', () => expect(new People().refuses(unlink(newId()))).toBe('LINK_UNKNOWN'));
});

describe('retracting by an officer', () => {
  const told = () => {
    const people = new People();
    return { people, fact: people.tell(a, 'DataCollected', collected()).id };
  };
  const retract = (fact: string, ...subjects: string[]) =>
    ({ type: 'RetractFact', fact, ground: 'told-in-error', subjects }) as const;
  it('is an event in every stream where the fact stands', () => {
    const { people, fact } = told();
    expect(people.decide(retract(fact, a, b)).drafts).toMatchObject([
      { type: 'FactRetracted', stream: `subject-${a}`, facts: { fact, type: 'DataCollected' } },
    ]);
  });
  it('twice says nothing new', () => {
    const { people, fact } = told();
    expect(people.do(retract(fact, a)).decide(retract(fact, a)).drafts).toEqual([]);
  });
  it('of what stands nowhere is refused', () => expect(new People().refuses(retract(newId(), a))).toBe('FACT_UNKNOWN'));
  it('of a registration is refused', () => {
    const { people } = told();
    const registration = people.folds.get(a)?.entries[0]?.id ?? '';
    expect(people.refuses(retract(registration, a))).toBe('FACT_NOT_RETRACTABLE');
  });
  it('about an unknown subject is refused', () =>
    expect(new People().refuses(retract(newId(), newId()))).toBe('SUBJECT_UNKNOWN'));
});
