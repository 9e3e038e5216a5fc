// Which edition, recipient and holder stood when, and which commands about them are refused?
import { spec } from '@derbes/kernel/testing.js';
import { policyDecider, type PublishPolicy } from './policy-command.js';
import { recipientDecider, type RegisterRecipient } from './recipient-command.js';
import {
  editionAt,
  editionOf,
  foldRegisters,
  foldRegistersKnownAt,
  holderAt,
  officerAt,
  profileAt,
  recipientAt,
  undertakingStands,
} from './registers.js';
import { registered } from './testing.js';
import { sampleSha256, sampleUuid } from './vocabulary.js';

const at = '2026-11-20T09:00:00Z';
const day = (date: string) => `${date}T00:00:00Z`;
const [first, second] = [sampleSha256('1'), sampleSha256('2')];
const published = (document: string, edition: string, inForce: string, recorded = inForce) =>
  registered(
    'PolicyPublished',
    { document, edition, inForce, assertedBy: 'officer', languages: ['ru'] },
    'policy',
    recorded,
  );
const recipientFacts = {
  recipient: 'bank',
  class: 'payment-and-banks',
  country: 'KZ',
  categories: ['email'],
  purposes: ['payment'],
};
const stream = `recipient-${sampleUuid(1)}`;
const bank = (occurred: string, facts = {}) =>
  registered('RecipientRegistered', { ...recipientFacts, ...facts }, stream, occurred);
const suspension = (from: string, occurred: string) =>
  registered('RecipientSuspended', { recipient: 'bank', from, ground: 'undertaking-broken' }, stream, occurred);
const crm = (occurred: string, countries = ['KZ']) =>
  registered('HolderRegistered', { holder: 'crm', countries }, `holder-${sampleUuid(2)}`, occurred);

describe('the edition in force', () => {
  const registers = foldRegisters([
    published(second, 'two', day('2026-06-01')),
    published(first, 'one', day('2026-01-01')),
  ]);
  it('is none before the first', () => {
    expect(editionAt(registers, '2025-12-31T23:59:59Z')).toBeUndefined();
  });
  it('is the first from its moment on', () => {
    expect(editionAt(registers, day('2026-01-01'))).toMatchObject({ code: 'one', document: first });
    expect(editionAt(registers, '2026-05-31T23:59:59Z')).toMatchObject({ code: 'one' });
  });
  it('is the second from its own moment, whichever was published first', () => {
    expect(editionAt(registers, day('2026-06-01'))).toMatchObject({ code: 'two' });
  });
  it('is found by its document', () => {
    expect(editionOf(registers, second)).toMatchObject({ code: 'two' });
    expect(editionOf(registers, sampleSha256('9'))).toBeUndefined();
  });
  it('as known before the second was published is the first', () => {
    const events = [
      published(first, 'one', day('2026-01-01')),
      published(second, 'two', day('2026-02-01'), day('2026-07-01')),
    ];
    expect(editionAt(foldRegistersKnownAt(events, day('2026-06-01')), day('2026-03-01'))).toMatchObject({
      code: 'one',
    });
    expect(editionAt(foldRegistersKnownAt(events, day('2026-07-01')), day('2026-03-01'))).toMatchObject({
      code: 'two',
    });
  });
});

describe('a profile', () => {
  const version = (n: string, from: string) =>
    registered('ProfilePublished', { document: sampleSha256(n), profile: 'kz', version: n }, 'policy', from);
  const registers = foldRegisters([version('1', day('2026-01-01')), version('2', day('2026-06-01'))]);
  it('holds from when it was published', () => {
    expect(profileAt(registers, day('2026-03-01'), 'kz')).toMatchObject({ version: '1' });
    expect(profileAt(registers, day('2026-06-01'), 'kz')).toMatchObject({ version: '2' });
  });
  it('judges what is older than the first version by the first', () => {
    expect(profileAt(registers, day('2020-01-01'), 'kz')).toMatchObject({ version: '1' });
  });
  it('of the jurisdiction published first speaks while no edition names one', () => {
    const gdpr = registered(
      'ProfilePublished',
      { document: sampleSha256('3'), profile: 'gdpr', version: '1' },
      'policy',
      day('2026-02-01'),
    );
    expect(profileAt(foldRegisters([gdpr], registers), day('2026-03-01'))).toMatchObject({ profile: 'kz' });
  });
  it('of another jurisdiction is none', () => {
    expect(profileAt(registers, day('2026-03-01'), 'gdpr')).toBeUndefined();
  });
});

describe('a recipient', () => {
  it('is unknown before it is registered', () => {
    expect(recipientAt(foldRegisters([bank(day('2026-02-01'))]), 'bank', day('2026-01-31'))).toBeUndefined();
  });
  it('stands as last registered', () => {
    const registers = foldRegisters([bank(day('2026-02-01')), bank(day('2026-03-01'), { country: 'DE' })]);
    expect(recipientAt(registers, 'bank', day('2026-02-15'))).toMatchObject({ country: 'KZ', uuid: sampleUuid(1) });
    expect(recipientAt(registers, 'bank', day('2026-03-01'))).toMatchObject({ country: 'DE' });
  });
  it('is suspended from the moment said, not from when it was told', () => {
    const registers = foldRegisters([bank(day('2026-02-01')), suspension(day('2026-04-01'), day('2026-03-01'))]);
    expect(recipientAt(registers, 'bank', day('2026-03-15'))?.suspended).toBeUndefined();
    expect(recipientAt(registers, 'bank', day('2026-04-01'))?.suspended).toMatchObject({
      ground: 'undertaking-broken',
    });
  });
  it('registered again is suspended no more', () => {
    const registers = foldRegisters([
      bank(day('2026-02-01')),
      suspension(day('2026-03-01'), day('2026-03-01')),
      bank(day('2026-05-01')),
    ]);
    expect(recipientAt(registers, 'bank', day('2026-04-01'))?.suspended).toBeDefined();
    expect(recipientAt(registers, 'bank', day('2026-05-01'))?.suspended).toBeUndefined();
  });
});

describe('an undertaking', () => {
  it.each([
    [undefined, false],
    [{ from: '2026-11-20' }, true],
    [{ from: '2026-11-21' }, false],
    [{ from: '2026-01-01', until: '2026-11-20' }, true],
    [{ from: '2026-01-01', until: '2026-11-19' }, false],
  ])('%j stands on 20 November: %s', (undertaking, stands) => {
    expect(undertakingStands(undertaking, at)).toBe(stands);
  });
});

describe('publishing', () => {
  const { given } = spec(policyDecider, { at });
  const publish: PublishPolicy = {
    type: 'PublishPolicy',
    document: first,
    edition: 'one',
    inForce: day('2026-01-01'),
    assertedBy: 'officer',
    languages: ['ru'],
  };
  const stands = published(first, 'one', day('2026-01-01'));
  it('an edition is an event in the stream policy', () =>
    given()
      .when(publish)
      .then({ type: 'PolicyPublished', stream: 'policy', occurred: at, facts: { document: first, edition: 'one' } }));
  it('an edition whose moment lies in the past is allowed', () =>
    given()
      .when(publish)
      .then({ facts: { inForce: day('2026-01-01') } }));
  it('the same again says nothing new', () => given(stands).when(publish).thenNothing());
  it('the same document for another moment is refused', () =>
    given(stands)
      .when({ ...publish, inForce: day('2026-02-01') })
      .thenRefused('EDITION_STANDS'));
  it('another document under the same code is refused', () =>
    given(stands)
      .when({ ...publish, document: second, inForce: day('2026-02-01') })
      .thenRefused('EDITION_CODE_TAKEN'));
  it('another document for the same moment is refused', () =>
    given(stands)
      .when({ ...publish, document: second, edition: 'two' })
      .thenRefused('MOMENT_TAKEN'));
  it('an edition that comes into force before the one published last is refused', () =>
    given(stands)
      .when({ ...publish, document: second, edition: 'two', inForce: day('2025-12-31') })
      .thenRefused('EDITION_NOT_LATER'));
  const profile = { type: 'PublishProfile', document: first, profile: 'kz', version: '1' } as const;
  const profileStands = registered('ProfilePublished', { document: first, profile: 'kz', version: '1' }, 'policy', at);
  it('a profile is an event', () => given().when(profile).then({ type: 'ProfilePublished' }));
  it('a profile again says nothing new', () => given(profileStands).when(profile).thenNothing());
  it('another profile under the same version is refused', () =>
    given(profileStands)
      .when({ ...profile, document: second })
      .thenRefused('PROFILE_VERSION_TAKEN'));
});

describe('appointing', () => {
  const { given } = spec(policyDecider, { at });
  const appoint = { type: 'AppointOfficer', staff: sampleUuid(3), from: day('2026-01-01'), name: 7 } as const;
  it('a responsible person seals the name under that person s own key', () =>
    given()
      .when(appoint)
      .then({
        type: 'OfficerAppointed',
        facts: { staff: sampleUuid(3) },
        seals: [{ category: 'meta.name', value: 7, owner: `staff-${sampleUuid(3)}` }],
      }));
  it('the same again says nothing new', () =>
    given(registered('OfficerAppointed', { staff: sampleUuid(3), from: day('2026-01-01') }, 'policy', at))
      .when(appoint)
      .thenNothing());
  it('from the future on is refused', () =>
    given()
      .when({ ...appoint, from: day('2027-01-01') })
      .thenRefused('APPOINTMENT_IN_FUTURE'));
  it('somebody else follows from a later moment on', () => {
    const registers = foldRegisters([
      registered('OfficerAppointed', { staff: sampleUuid(4), from: day('2026-06-01') }, 'policy', at),
      registered('OfficerAppointed', { staff: sampleUuid(3), from: day('2026-01-01') }, 'policy', at),
    ]);
    expect(officerAt(registers, day('2026-05-01'))?.staff).toBe(sampleUuid(3));
    expect(officerAt(registers, day('2026-06-01'))?.staff).toBe(sampleUuid(4));
    expect(officerAt(registers, day('2025-01-01'))).toBeUndefined();
  });
});

describe('registering a recipient', () => {
  const { given } = spec(recipientDecider, { at });
  const register: RegisterRecipient = {
    type: 'RegisterRecipient',
    uuid: sampleUuid(1),
    name: 0,
    bin: 1,
    undertakingNumber: 2,
    ...recipientFacts,
  };
  const owner = `organisation-${sampleUuid(1)}`;
  it('seals name, BIN and undertaking under the organisation s key', () =>
    given()
      .when({ ...register, undertaking: { from: '2026-01-01' } })
      .then({
        type: 'RecipientRegistered',
        stream,
        facts: { ...recipientFacts, undertaking: { from: '2026-01-01' } },
        seals: [
          { category: 'meta.name', value: 0, owner },
          { category: 'meta.bin', value: 1, owner },
          { category: 'meta.undertaking', value: 2, owner },
        ],
      }));
  it('again restates it', () =>
    given(bank(day('2026-01-01')))
      .when(register)
      .then({ type: 'RecipientRegistered' }));
  it('under another s code is refused', () =>
    given(bank(day('2026-01-01')))
      .when({ ...register, uuid: sampleUuid(9) })
      .thenRefused('RECIPIENT_CODE_TAKEN'));
  it('under a new code is refused', () =>
    given(bank(day('2026-01-01')))
      .when({ ...register, recipient: 'other-bank' })
      .thenRefused('RECIPIENT_CODE_CHANGED'));
  it('with an undertaking that ends before it begins is refused', () =>
    given()
      .when({ ...register, undertaking: { from: '2026-02-01', until: '2026-01-01' } })
      .thenRefused('UNDERTAKING_ENDS_BEFORE_IT_BEGINS'));
  it('of a class that no edition names is recorded: the transfer will be found', () =>
    given()
      .when({ ...register, class: 'odd' })
      .then({ type: 'RecipientRegistered' }));
});

describe('suspending a recipient', () => {
  const { given } = spec(recipientDecider, { at });
  const suspend = { type: 'SuspendRecipient', recipient: 'bank', from: at, ground: 'undertaking-broken' } as const;
  it('is an event in its stream', () =>
    given(bank(day('2026-01-01')))
      .when(suspend)
      .then({ type: 'RecipientSuspended', stream }));
  it('that began before it was told counts for the facts in between', () =>
    given(bank(day('2026-01-01')))
      .when({ ...suspend, from: day('2026-11-01') })
      .then({ type: 'RecipientSuspended', occurred: day('2026-11-01') }));
  it('from before the recipient was registered counts from its registration', () =>
    given(bank(day('2026-01-01')))
      .when({ ...suspend, from: day('2025-06-01') })
      .then({ type: 'RecipientSuspended', occurred: day('2026-01-01') }));
  it('to come is told now', () =>
    given(bank(day('2026-01-01')))
      .when({ ...suspend, from: day('2027-01-01') })
      .then({ type: 'RecipientSuspended', occurred: at, facts: { from: day('2027-01-01') } }));
  it('unknown is refused', () => given().when(suspend).thenRefused('RECIPIENT_UNKNOWN'));
  it('already suspended says nothing new', () =>
    given(bank(day('2026-01-01')), suspension(at, at))
      .when(suspend)
      .thenNothing());
});

describe('registering a holder', () => {
  const { given } = spec(recipientDecider, { at });
  const register = { type: 'RegisterHolder', uuid: sampleUuid(2), holder: 'crm', countries: ['KZ'] } as const;
  it('is an event in its stream', () =>
    given()
      .when(register)
      .then({ type: 'HolderRegistered', stream: `holder-${sampleUuid(2)}` }));
  it('the same again says nothing new', () =>
    given(crm(day('2026-01-01')))
      .when(register)
      .thenNothing());
  it('elsewhere restates it', () =>
    given(crm(day('2026-01-01')))
      .when({ ...register, countries: ['KZ', 'DE'] })
      .then({ facts: { countries: ['KZ', 'DE'] } }));
  it('under another s code is refused', () =>
    given(crm(day('2026-01-01')))
      .when({ ...register, uuid: sampleUuid(9) })
      .thenRefused('HOLDER_CODE_TAKEN'));
  it('under a new code is refused', () =>
    given(crm(day('2026-01-01')))
      .when({ ...register, holder: 'other' })
      .thenRefused('HOLDER_CODE_CHANGED'));
  it('stands as last registered', () => {
    const registers = foldRegisters([crm(day('2026-03-01'), ['DE']), crm(day('2026-01-01'))]);
    expect(holderAt(registers, 'crm', day('2026-02-01'))?.countries).toEqual(['KZ']);
    expect(holderAt(registers, 'crm', day('2026-03-01'))?.countries).toEqual(['DE']);
  });
});
