// Given a person's story, when the dossier is asked for, then it says everything of Art. 24(1)(1), and nothing that did not happen.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPolicy } from '@derbes/policy';
import { bolat, collected, editionSha, Story, wholeConsent } from '../testing/story.js';

const kiberon = join(import.meta.dirname, '../../../../examples/kiberon');
const loaded = loadPolicy(readFileSync(join(kiberon, 'policy.yaml'), 'utf8'), {
  texts: { ru: readFileSync(join(kiberon, 'policy.ru.txt'), 'utf8') },
});
if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes));
const { policy } = loaded;

const given = () => {
  const story = new Story(policy);
  story.tell('SubjectRegistered', { kind: 'person' });
  return story;
};
const category = (story: Story, code: string, moments = {}) =>
  story.dossier(moments).categories.find((line) => line.category === code);

describe('what is held', () => {
  it('says that nothing is held about somebody of whom only the identifier is known, which the ledger itself holds', () => {
    const story = given();
    story.tell('IdentifierLinked', { scheme: 'email', norm: '1', since: '2026-11-20T09:00:00Z' }, { seals: ['email'] });
    const { categories, identifiers } = story.dossier();
    const ledger = { why: 'recognition' };
    expect(categories).toMatchObject([{ category: 'email', holders: ['ledger'], holdings: [], ledger }]);
    expect(identifiers).toMatchObject([{ scheme: 'email', part: { p: '0' } }]);
  });

  it('says nothing at all before the first fact', () => {
    expect(given().dossier().categories).toEqual([]);
  });

  it('names holder, role, capacity, purpose, since when and the event for each category', () => {
    const story = given();
    const event = story.tell('DataCollected', collected(['email', 'phone'], { role: 'entrepreneur' }));
    const { categories } = story.dossier();
    expect(categories.map((line) => line.category)).toEqual(['email', 'phone']);
    expect(categories[0]).toMatchObject({
      declared: true,
      clause: '3.1',
      holders: ['crm'],
      holdings: [
        {
          holder: 'crm',
          role: 'entrepreneur',
          capacity: 'own',
          since: { moment: event.occurred, precision: 'exact', event: event.id },
          purposes: [{ purpose: 'account', declared: true, clause: '4', events: [event.id] }],
          events: [event.id],
        },
      ],
    });
  });

  it('names the ledger among the holders where it has the value', () => {
    const story = given();
    const event = story.tell('DataCollected', collected(['email', 'phone']), { seals: ['email'] });
    expect(category(story, 'email')).toMatchObject({
      holders: ['crm', 'ledger'],
      ledger: { moment: event.at, events: [event.id] },
    });
    expect(category(story, 'phone')?.holders).toEqual(['crm']);
    expect(category(story, 'phone')?.ledger).toBeUndefined();
  });

  it('keeps a sole trader and the same person as a private user apart', () => {
    const story = given();
    story.tell('DataCollected', collected(['email']));
    story.tell('DataCollected', collected(['email'], { role: 'entrepreneur' }));
    expect(category(story, 'email')?.holdings.map(({ role }) => role)).toEqual(['private', 'entrepreneur']);
  });

  it('keeps what is held for an uploading organisation apart from what is held for itself', () => {
    const story = given();
    const organisation = 'organisation-33333333-3333-4333-8333-333333333333';
    story.tell('DataCollected', collected(['phone']));
    story.tell(
      'DataCollected',
      collected(['phone'], {
        capacity: 'operator',
        for: organisation,
        origin: { kind: 'uploaded', uploader: organisation, declaredBasis: 'consent', acceptance: 'yes' },
      }),
    );
    expect(category(story, 'phone')?.holdings).toMatchObject([
      { capacity: 'own' },
      {
        capacity: 'operator',
        for: organisation,
        origins: [{ kind: 'uploaded', uploader: organisation, declaredBasis: 'consent', acceptance: 'yes' }],
      },
    ]);
  });

  it('says "not later than" for data from before the ledger', () => {
    const story = given();
    story.tell('DataDeclared', {
      ...collected(['phone'], { holder: 'helpdesk', origin: { kind: 'unknown' } }),
      since: { moment: '2024-06-01T00:00:00Z', precision: 'not-later-than' },
    });
    expect(category(story, 'phone')?.holdings[0]).toMatchObject({
      since: { moment: '2024-06-01T00:00:00Z', precision: 'not-later-than' },
      origins: [{ kind: 'unknown' }],
    });
  });

  it('counts since from the earlier of two collections, told late or not', () => {
    const story = given();
    story.tell('DataCollected', collected(['email']), { at: '2026-11-20T12:00:00Z' });
    const earlier = story.tell('DataCollected', collected(['email']), {
      at: '2026-11-20T10:00:00Z',
      recorded: '2026-11-20T13:00:00Z',
    });
    expect(category(story, 'email')?.holdings[0]?.since).toEqual({
      moment: '2026-11-20T10:00:00Z',
      precision: 'exact',
      event: earlier.id,
    });
  });

  it('marks a category that the edition does not declare', () => {
    const story = given();
    story.tell('DataCollected', collected(['shoe-size']));
    expect(category(story, 'shoe-size')).toMatchObject({ declared: false });
    expect(category(story, 'shoe-size')).not.toHaveProperty('clause');
  });

  it('names the countries in which a registered holder keeps its copies', () => {
    const story = given();
    story.register('holder-44444444-4444-4444-8444-444444444444', 'HolderRegistered', {
      holder: 'crm',
      countries: ['KZ', 'DE'],
    });
    story.tell('DataCollected', collected(['email']));
    expect(category(story, 'email')?.holdings[0]?.countries).toEqual(['KZ', 'DE']);
  });

  it('says that a copy of an identity document was taken', () => {
    const story = given();
    const event = story.tell('DataCollected', collected(['full-name'], { documentCopy: 'yes' }));
    expect(category(story, 'full-name')?.holdings[0]?.documentCopy).toBe(event.id);
  });
});

describe('values', () => {
  it('refers to the sealed value and never holds it', () => {
    const story = given();
    const event = story.tell('DataCollected', collected(['email']), { seals: ['email'] });
    expect(category(story, 'email')?.values).toEqual([
      {
        part: { event: event.id, p: '0', owner: event.stream },
        told: 'collected',
        holder: 'crm',
        role: 'private',
        from: event.occurred,
        standing: 'current',
      },
    ]);
  });

  it('lets the latest correction win', () => {
    const story = given();
    story.tell('DataCollected', collected(['phone']), { seals: ['phone'] });
    const facts = { categories: ['phone'], holder: 'crm', role: 'private' as const, ground: 'subject-request' };
    story.tell('DataCorrected', facts, { seals: ['phone'] });
    const last = story.tell('DataCorrected', facts, { seals: ['phone'] });
    const values = category(story, 'phone')?.values ?? [];
    expect(values.map(({ standing }) => standing)).toEqual(['corrected', 'corrected', 'current']);
    expect(values[1]?.by).toBe(last.id);
  });

  it('lets a correction that names a fact replace the value of that fact alone', () => {
    const story = given();
    const wrong = story.tell('DataCollected', collected(['phone']), { seals: ['phone'] });
    story.tell('DataCollected', collected(['phone']), { seals: ['phone'] });
    story.tell('DataCorrected', {
      categories: ['phone'],
      holder: 'crm',
      role: 'private',
      ground: 'subject-request',
      corrects: wrong.id,
    });
    expect(category(story, 'phone')?.values.map(({ standing }) => standing)).toEqual(['corrected', 'current']);
  });

  it('does not let a correction in one holder speak for another', () => {
    const story = given();
    story.tell('DataCollected', collected(['phone']), { seals: ['phone'] });
    story.tell('DataCollected', collected(['phone'], { holder: 'billing' }), { seals: ['phone'] });
    story.tell('DataCorrected', { categories: ['phone'], holder: 'crm', role: 'private', ground: 'subject-request' });
    expect(category(story, 'phone')?.values.map(({ holder, standing }) => [holder, standing])).toEqual([
      ['crm', 'corrected'],
      ['billing', 'current'],
    ]);
  });

  it('says that the ledger still has a value which its holder destroyed', () => {
    const story = given();
    story.tell('DataCollected', collected(['email']), { seals: ['email'] });
    story.tell('DataDestroyed', {
      manner: 'destroyed',
      categories: ['email'],
      holder: 'crm',
      ground: 'subject-request',
      method: 'row-deletion',
    });
    expect(category(story, 'email')).toMatchObject({
      holders: ['ledger'],
      holdings: [],
      values: [{ standing: 'left' }],
      ended: [{ holder: 'crm', manner: 'destroyed', ground: 'subject-request' }],
    });
  });

  it('names a part whose row is gone and what it may have been, instead of dropping it', () => {
    const story = given();
    const event = story.tell('DataCollected', collected(['email']), { seals: ['email'] });
    story.lose(event);
    expect(story.dossier().missing).toEqual([{ event: event.id, p: '0', owner: event.stream, categories: ['email'] }]);
    expect(category(story, 'email')).toMatchObject({ values: [], holders: ['crm'] });
  });

  it('keeps the uploading employee, who is somebody else, out of the values', () => {
    const story = given();
    story.tell('DataCollected', collected(['phone']), {
      seals: ['phone', 'representative-55555555-5555-4555-8555-555555555555:meta.uploader'],
    });
    const { categories, missing } = story.dossier();
    expect(categories.flatMap(({ values }) => values)).toHaveLength(1);
    expect(missing).toEqual([]);
  });
});

describe('why, and on what ground', () => {
  it('says that no basis was stated', () => {
    const story = given();
    story.tell('DataCollected', collected(['email']));
    expect(category(story, 'email')?.holdings[0]?.purposes[0]?.bases).toMatchObject([{ verdict: 'not-stated' }]);
  });

  it('cites the article of the profile and the consent that stands', () => {
    const story = given();
    const consent = story.tell('ConsentGiven', {
      purposes: ['account'],
      items: wholeConsent,
      channel: 'web-form',
      by: 'subject',
    });
    story.tell('DataCollected', collected(['email'], { basis: { code: 'consent', consent: consent.id } }));
    expect(category(story, 'email')?.holdings[0]?.purposes[0]?.bases).toMatchObject([
      {
        code: 'consent',
        article: '94-V:7(1)',
        verdict: 'stands',
        consent: { event: consent.id, standing: 'stands' },
      },
    ]);
  });

  it('cites the law that the fact names rather than the row of the profile', () => {
    const story = given();
    story.tell('DataCollected', collected(['email'], { basis: { code: 'kz.9.10', law: '120-VI', article: '26' } }));
    expect(category(story, 'email')?.holdings[0]?.purposes[0]?.bases[0]?.article).toBe('120-VI:26');
  });

  it('says that a contract stands in Kazakhstan only with consent', () => {
    const story = given();
    story.tell('DataCollected', collected(['email'], { basis: { code: 'contract' } }));
    expect(category(story, 'email')?.holdings[0]?.purposes[0]?.bases[0]?.verdict).toBe('stands-only-with-consent');
  });

  it('says of a consent that nobody recorded that it is unknown', () => {
    const story = given();
    const consent = '99999999-9999-4999-8999-999999999999';
    story.tell('DataCollected', collected(['email'], { basis: { code: 'consent', consent } }));
    expect(category(story, 'email')?.holdings[0]?.purposes[0]?.bases[0]?.consent?.standing).toBe('unknown');
  });

  it('says the same ground once however often it was told, and another one beside it', () => {
    const story = given();
    story.tell('DataCollected', collected(['email'], { basis: { code: 'contract' } }));
    story.tell('DataCollected', collected(['email'], { basis: { code: 'contract' } }));
    story.tell('DataCollected', collected(['email'], { basis: { code: 'kz.9.9-2' } }));
    const [purpose] = category(story, 'email')?.holdings[0]?.purposes ?? [];
    expect(purpose?.bases.map(({ code }) => code)).toEqual(['contract', 'kz.9.9-2']);
    expect(purpose?.events).toHaveLength(3);
  });

  it('tells where it came from and by what means, each way once', () => {
    const story = given();
    story.tell('DataCollected', collected(['phone']));
    story.tell('DataCollected', collected(['phone']));
    story.tell(
      'DataCollected',
      collected(['phone'], {
        origin: {
          kind: 'public-source',
          ground: 'egov-register',
          fetched: '2026-11-20T08:00:00Z',
          case: 'kyc-1',
          link: 'yes',
        },
      }),
      { seals: ['meta.source-link'], source: 'urn:kiberon:checker' },
    );
    expect(category(story, 'phone')?.holdings[0]?.origins).toMatchObject([
      { kind: 'subject', means: 'web-form' },
      { kind: 'public-source', case: 'kyc-1', linkPart: { p: '0' }, source: 'urn:kiberon:checker' },
    ]);
  });
});

describe('how long it stays', () => {
  const stay = (story: Story) => category(story, 'email')?.holdings[0]?.purposes[0]?.stay;

  it('names the relation whose end ends it, with those that are open', () => {
    const story = given();
    const account = story.tell('RelationStarted', { kind: 'account' });
    story.tell('DataCollected', collected(['email']));
    expect(stay(story)).toEqual({
      until: 'purpose-reached',
      edition: editionSha,
      clause: '7',
      relation: { kind: 'account', open: [account.id] },
    });
  });

  it('is due from the end of the last relation of the kind', () => {
    const story = given();
    const first = story.tell('RelationStarted', { kind: 'account' });
    const second = story.tell('RelationStarted', { kind: 'account' });
    story.tell('DataCollected', collected(['email']));
    story.tell('RelationEnded', { relation: first.id, kind: 'account' });
    expect(stay(story)?.due).toBeUndefined();
    const end = story.tell('RelationEnded', { relation: second.id, kind: 'account' });
    expect(stay(story)).toMatchObject({ due: end.occurred, relation: { open: [], ended: { event: end.id } } });
  });

  it('is due from the moment at which the purpose was said to be reached', () => {
    const story = given();
    story.tell('DataCollected', collected(['email']));
    const end = story.tell('PurposeEnded', { purpose: 'account' });
    expect(category(story, 'email')?.holdings[0]?.purposes[0]).toMatchObject({
      reached: { event: end.id },
      stay: { due: end.occurred },
    });
  });

  it('has a review date where the edition sets no term', () => {
    const story = given();
    story.tell('DataCollected', collected(['email'], { purposes: ['newsletter'] }), { at: '2026-11-20T10:00:00Z' });
    expect(stay(story)).toEqual({ until: 'not-set', edition: editionSha, review: '2027-11-20T10:00:00Z' });
  });

  it('says nothing of a term where no edition was in force', () => {
    const story = given();
    story.tell('DataCollected', collected(['email']), { edition: undefined });
    expect(stay(story)).toEqual({ until: 'not-set' });
  });

  it('states the term of the consent that it leans on', () => {
    const story = given();
    const consent = story.tell('ConsentGiven', {
      purposes: ['account'],
      items: { ...wholeConsent, term: { until: '2027-12-31T00:00:00Z' } },
      channel: 'web-form',
      by: 'subject',
    });
    story.tell('DataCollected', collected(['email'], { basis: { code: 'consent', consent: consent.id } }));
    expect(stay(story)?.consent).toEqual({ event: consent.id, until: '2027-12-31T00:00:00Z' });
  });

  it('shows keeping that a law demands, unconfirmed until a lawyer filled it in', () => {
    const story = given();
    story.tell('DataCollected', collected(['requisites.iban'], { purposes: ['payment'] }));
    const { statutory } = category(story, 'requisites.iban') ?? {};
    expect(statutory?.length).toBeGreaterThan(0);
    expect(statutory?.every(({ confirmed }) => !confirmed)).toBe(true);
  });
});

describe('consents', () => {
  const consent = { purposes: ['account'], items: wholeConsent, channel: 'web-form', by: 'subject' as const };

  it('shows all eight items, what was shown, channel and proof', () => {
    const story = given();
    const shown = { edition: editionSha, language: 'ru' as const, hash: 'a'.repeat(64) };
    const event = story.tell(
      'ConsentGiven',
      { ...consent, shown, proof: 'click-trace' },
      { seals: ['meta.subject-name', 'meta.consent-proof'] },
    );
    expect(story.dossier().consents).toEqual([
      {
        event: event.id,
        moment: event.occurred,
        ...consent,
        shown,
        proof: 'click-trace',
        subjectName: { event: event.id, p: '0', owner: event.stream },
        proofPart: { event: event.id, p: '1', owner: event.stream },
        missing: [],
        standing: 'stands',
        withdrawals: [],
      },
    ]);
    expect(story.dossier().categories).toEqual([]);
  });

  it('numbers the items of Art. 8(4) that the text did not state', () => {
    const story = given();
    story.tell('ConsentGiven', { ...consent, items: { operator: 'yes', data: ['email'] } });
    expect(story.dossier().consents[0]?.missing).toEqual(['2', '3', '4', '5', '6']);
  });

  it.each([
    ['the whole of it', undefined, 'withdrawn'],
    ['its only purpose', { purposes: ['account'] }, 'withdrawn'],
    ['all its data', { categories: ['full-name', 'email', 'phone'] }, 'withdrawn'],
    ['one category', { categories: ['phone'] }, 'withdrawn-in-part'],
    ['passing on alone', { thirdParties: 'yes' as const }, 'withdrawn-in-part'],
  ])('says what a withdrawal of %s leaves', (_, scope, standing) => {
    const story = given();
    const { id } = story.tell('ConsentGiven', consent);
    const received = '2026-11-20T09:30:00Z';
    story.tell('ConsentWithdrawn', { consent: id, ...(scope && { scope }), received, channel: 'email' });
    expect(story.dossier().consents[0]).toMatchObject({ standing, withdrawals: [{ received, channel: 'email' }] });
  });

  it('says that a consent whose term is over has expired', () => {
    const story = given();
    story.tell('ConsentGiven', { ...consent, items: { ...wholeConsent, term: { until: '2026-12-01T00:00:00Z' } } });
    expect(story.dossier().consents[0]?.standing).toBe('stands');
    expect(story.dossier({ asOf: '2026-12-02T00:00:00Z' }).consents[0]?.standing).toBe('expired');
  });

  it('lets a consent without a term end with its purpose (Art. 8(6))', () => {
    const story = given();
    const items = { operator: 'yes' as const, data: ['email'] };
    story.tell('ConsentGiven', { ...consent, items });
    story.tell('PurposeEnded', { purpose: 'account' });
    expect(story.dossier().consents[0]?.standing).toBe('expired');
  });

  it('shows refusals and acknowledgements, which are no consents', () => {
    const story = given();
    story.tell('ConsentRefused', { purposes: ['analytics'], channel: 'web-form', by: 'subject' });
    story.tell('PolicyAcknowledged', {
      shown: { edition: editionSha, language: 'ru', hash: 'a'.repeat(64) },
      channel: 'web-form',
    });
    const { consents, refusals, acknowledgements } = story.dossier();
    expect(consents).toEqual([]);
    expect(refusals).toMatchObject([{ purposes: ['analytics'] }]);
    expect(acknowledgements).toMatchObject([{ shown: { edition: editionSha } }]);
  });
});

describe('who received it', () => {
  const bank = 'recipient-66666666-6666-4666-8666-666666666666';
  const registration = {
    recipient: 'example-bank',
    class: 'payment-and-banks',
    country: 'KZ',
    categories: ['full-name'],
    purposes: ['payment'],
    undertaking: { from: '2026-01-15', until: '2026-11-20' },
  };
  const transfer = {
    categories: ['full-name'],
    purposes: ['payment'],
    recipient: 'example-bank',
    country: 'KZ',
    mode: 'sent' as const,
    holder: 'billing',
  };

  it('says to whom, when, where, on what ground, how and under which undertaking', () => {
    const story = given();
    const known = story.register(bank, 'RecipientRegistered', registration, {
      seals: ['organisation-66666666-6666-4666-8666-666666666666:meta.name'],
    });
    const event = story.tell('DataTransferred', { ...transfer, basis: { code: 'contract' } });
    expect(story.dossier().transfers).toMatchObject([
      {
        event: event.id,
        recipient: 'example-bank',
        class: 'payment-and-banks',
        about: [{ event: known.id, p: '0', owner: 'organisation-66666666-6666-4666-8666-666666666666' }],
        country: 'KZ',
        mode: 'sent',
        categories: ['full-name'],
        purposes: ['payment'],
        basis: { code: 'contract' },
        holder: 'billing',
        undertaking: { from: '2026-01-15', until: '2026-11-20', held: true, event: known.id },
        told: [],
      },
    ]);
  });

  it('names whoever asserts that data may go to that country (0032), and nobody for another country or ground', () => {
    const claim = {
      code: 'germany-protects',
      label: { ru: 'Германия', kk: 'Германия', en: 'Germany' },
      ground: 'kz.16.2',
      countries: ['DE'],
      declared: 'controller' as const,
      instrument: 'opinion 7 of 2026',
      asserted_by: 'the director',
    };
    const story = new Story({ ...policy, cross_border: [claim] });
    story.tell('SubjectRegistered', { kind: 'person' });
    for (const [country, ground] of [
      ['DE', 'kz.16.2'],
      ['FR', 'kz.16.2'],
      ['DE', 'kz.16.3.1'],
    ] as const)
      story.tell('DataTransferred', { ...transfer, country, ground });
    const [germany, ...others] = story.dossier().transfers;
    expect(germany?.claim).toEqual({
      code: 'germany-protects',
      assertedBy: 'the director',
      instrument: 'opinion 7 of 2026',
    });
    for (const other of others) expect(other).not.toHaveProperty('claim');
  });

  it('says that the undertaking had run out', () => {
    const story = given();
    story.register(bank, 'RecipientRegistered', registration);
    story.tell('DataTransferred', transfer, { at: '2026-11-21T09:00:00Z' });
    expect(story.dossier().transfers[0]?.undertaking?.held).toBe(false);
  });

  it('says that the recipient was suspended', () => {
    const story = given();
    story.register(bank, 'RecipientRegistered', registration);
    const from = '2026-11-20T09:00:00Z';
    story.register(bank, 'RecipientSuspended', { recipient: 'example-bank', from, ground: 'undertaking-broken' });
    story.tell('DataTransferred', transfer);
    expect(story.dossier().transfers[0]?.suspended).toMatchObject({ moment: from, ground: 'undertaking-broken' });
  });

  it('names a recipient that nobody registered by its code alone', () => {
    const story = given();
    story.tell('DataTransferred', transfer);
    const [line] = story.dossier().transfers;
    expect(line).toMatchObject({ recipient: 'example-bank', about: [] });
    expect(line).not.toHaveProperty('class');
    expect(line).not.toHaveProperty('undertaking');
  });

  it('says when the person was told of the transfer', () => {
    const story = given();
    const { id } = story.tell('DataTransferred', transfer);
    story.tell('SubjectNotified', { about: 'transfer', channel: 'email', transfers: [id] });
    expect(story.dossier().transfers[0]?.told).toMatchObject([{ channel: 'email' }]);
  });

  it('sums up equal uses with the first and the last, and keeps others apart', () => {
    const story = given();
    const use = { categories: ['email'], purposes: ['service-notices'], holder: 'crm' };
    const first = story.tell('DataUsed', use);
    const second = story.tell('DataUsed', use);
    story.tell('DataUsed', { ...use, purposes: ['analytics'] });
    expect(story.dossier().uses).toMatchObject([
      { first: first.occurred, last: second.occurred, events: [first.id, second.id] },
      { purposes: ['analytics'] },
    ]);
  });

  it('shows publications until they are taken down', () => {
    const story = given();
    const published = { categories: ['full-name'], purposes: ['support'], place: 'site' };
    const event = story.tell('DataPublished', published, { seals: ['meta.place'] });
    expect(story.dossier().publications).toMatchObject([{ place: 'site', address: { event: event.id } }]);
    expect(story.dossier().publications[0]).not.toHaveProperty('ended');
    story.tell('DataUnpublished', { categories: ['full-name'], place: 'site', ground: 'subject-request' });
    expect(story.dossier().publications[0]?.ended).toMatchObject({ ground: 'subject-request' });
  });

  it('shows automated decisions with their effect', () => {
    const story = given();
    story.tell('AutomatedDecisionMade', {
      categories: ['usage-history'],
      purposes: ['fraud-prevention'],
      effect: 'right-ended',
    });
    expect(story.dossier().decisions).toMatchObject([{ effect: 'right-ended', basis: { verdict: 'not-stated' } }]);
  });
});

describe('what befell it', () => {
  const block = { categories: ['email', 'phone'], ground: 'breach-reported' };

  it('shows a block on the holding until it is lifted', () => {
    const story = given();
    story.tell('DataCollected', collected(['email']));
    const event = story.tell('DataBlocked', block);
    expect(category(story, 'email')?.holdings[0]?.blocked).toMatchObject({ event: event.id, ground: block.ground });
    story.tell('DataUnblocked', { categories: ['email'], ground: 'breach-not-confirmed' });
    expect(category(story, 'email')?.holdings[0]).not.toHaveProperty('blocked');
    expect(story.dossier().blocks).toMatchObject([{ stands: true, ended: [{ categories: ['email'] }] }]);
  });

  it('says which manner of destruction it was and until when copies remain', () => {
    const story = given();
    story.tell('DataCollected', collected(['session']));
    story.tell('DataDestroyed', {
      manner: 'deleted',
      categories: ['session'],
      holder: 'crm',
      ground: 'purpose-reached',
      method: 'row-deletion',
      copiesUntil: '2026-12-20',
    });
    expect(story.dossier().destructions).toMatchObject([{ manner: 'deleted', copiesUntil: '2026-12-20' }]);
    expect(category(story, 'session')).toMatchObject({ holders: [], ended: [{ copiesUntil: '2026-12-20' }] });
  });

  it('begins a new period when the same is collected again after its destruction', () => {
    const story = given();
    story.tell('DataCollected', collected(['email']));
    story.tell('DataDestroyed', {
      manner: 'destroyed',
      categories: ['email'],
      holder: 'crm',
      ground: 'subject-request',
      method: 'row-deletion',
    });
    const again = story.tell('DataCollected', collected(['email'], { purposes: ['support'] }));
    expect(category(story, 'email')).toMatchObject({
      holdings: [{ since: { event: again.id }, purposes: [{ purpose: 'support' }], events: [again.id] }],
      ended: [{ manner: 'destroyed' }],
    });
  });

  it('shows relations and obligations with their ends', () => {
    const story = given();
    const contract = story.tell('RelationStarted', { kind: 'contract' });
    const debt = story.tell('ObligationOpened', { kind: 'debt', relation: contract.id });
    story.tell('ObligationClosed', { obligation: debt.id });
    story.tell('RelationEnded', { relation: contract.id, kind: 'contract' });
    const { relations, obligations } = story.dossier();
    expect(relations).toMatchObject([{ kind: 'contract', ended: {} }]);
    expect(obligations).toMatchObject([{ kind: 'debt', relation: contract.id, closed: {} }]);
  });

  it('shows the interval for which an identifier means the person, and what was contested', () => {
    const story = given();
    const link = story.tell(
      'IdentifierLinked',
      { scheme: 'phone', norm: '1', since: '2026-11-20T09:00:00Z' },
      { seals: ['phone'] },
    );
    story.tell('IdentifierUnlinked', {
      scheme: 'phone',
      until: '2026-11-21T10:00:00Z',
      link: link.id,
      ground: 'number-reissued',
    });
    story.tell('IdentifierContested', { scheme: 'email', rank: 'weaker', other: bolat });
    const { identifiers, contests, categories } = story.dossier();
    expect(identifiers).toMatchObject([{ until: { moment: '2026-11-21T10:00:00Z', ground: 'number-reissued' } }]);
    expect(contests).toMatchObject([{ scheme: 'email', rank: 'weaker' }]);
    expect(JSON.stringify(contests)).not.toContain(bolat);
    expect(categories).toMatchObject([{ values: [{ standing: 'left' }] }]);
  });
});

describe('mentions in what others sent', () => {
  it('says that, when and by which system, without the words and without the other person', () => {
    const story = given();
    const event = story.tell('DataCollected', collected(['enquiries.message']), {
      stream: `subject-${bolat}`,
      seals: ['enquiries.message', `subject-${story.subject}:full-name`],
      source: 'urn:kiberon:helpdesk',
    });
    const { mentions, categories } = story.dossier();
    expect(mentions).toEqual([
      {
        event: event.id,
        categories: ['full-name'],
        type: 'DataCollected',
        moment: event.occurred,
        source: 'urn:kiberon:helpdesk',
      },
    ]);
    expect(categories).toEqual([]);
    expect(JSON.stringify(mentions)).not.toContain(bolat);
  });

  it('keeps a mention whose event could not be found', () => {
    const event = '77777777-7777-4777-8777-777777777777';
    const story = given();
    const stray = { event, p: '0', owner: `subject-${story.subject}`, category: 'phone' };
    expect(story.dossierWith([stray]).mentions).toEqual([{ event, categories: ['phone'] }]);
  });
});

describe('a fact told in error', () => {
  it('counts for nothing from then on, is shown apart, and still counts as known before', () => {
    const story = given();
    const fact = story.tell('DataCollected', collected(['email']), { seals: ['email'] });
    const before = story.now;
    const retraction = story.tell('FactRetracted', { fact: fact.id, type: 'DataCollected', ground: 'told-in-error' });
    expect(story.dossier()).toMatchObject({
      categories: [],
      retracted: [
        {
          event: fact.id,
          type: 'DataCollected',
          retraction: { event: retraction.id, moment: retraction.at, ground: 'told-in-error' },
          parts: [{ p: '0' }],
        },
      ],
    });
    expect(story.dossier({ asKnownAt: before })).toMatchObject({ categories: [{ category: 'email' }], retracted: [] });
  });

  it('is already known as an error when an earlier truth is asked for with today’s knowledge', () => {
    const story = given();
    const fact = story.tell('DataCollected', collected(['email']));
    const then = story.now;
    story.tell('FactRetracted', { fact: fact.id, type: 'DataCollected', ground: 'told-in-error' });
    expect(story.dossier({ asOf: then })).toMatchObject({ categories: [], retracted: [{ event: fact.id }] });
  });

  it('makes a consent stand again when its withdrawal was told in error', () => {
    const story = given();
    const { id } = story.tell('ConsentGiven', {
      purposes: ['account'],
      items: wholeConsent,
      channel: 'web-form',
      by: 'subject',
    });
    const withdrawal = story.tell('ConsentWithdrawn', { consent: id, received: '2026-11-20T09:30:00Z' });
    expect(story.dossier().consents[0]?.standing).toBe('withdrawn');
    story.tell('FactRetracted', { fact: withdrawal.id, type: 'ConsentWithdrawn', ground: 'told-in-error' });
    expect(story.dossier().consents[0]?.standing).toBe('stands');
  });
});

describe('as of, and as known at', () => {
  it('leaves out what had not happened yet', () => {
    const story = given();
    story.tell('DataCollected', collected(['email']), { at: '2026-11-20T10:00:00Z' });
    story.tell('DataCollected', collected(['phone']), { at: '2026-11-22T10:00:00Z' });
    expect(story.dossier({ asOf: '2026-11-21T00:00:00Z' }).categories.map((line) => line.category)).toEqual(['email']);
  });

  it('leaves out what the ledger had not been told, though it had happened', () => {
    const story = given();
    story.tell('DataCollected', collected(['email']), { at: '2026-11-20T10:00:00Z', recorded: '2026-11-25T10:00:00Z' });
    const asKnownAt = '2026-11-24T00:00:00Z';
    expect(story.dossier({ asKnownAt }).categories).toEqual([]);
    expect(story.dossier({ asOf: '2026-11-21T00:00:00Z' }).categories).toHaveLength(1);
  });

  it('knew nobody before the first event', () => {
    const story = given();
    const dossier = story.dossier({ asKnownAt: '2026-11-01T00:00:00Z' });
    expect(dossier).not.toHaveProperty('registered');
    expect(dossier.categories).toEqual([]);
  });

  it('names the edition in force then', () => {
    const story = given();
    expect(story.dossier().edition).toMatchObject({ document: editionSha, code: '2026-11', assertedBy: 'director' });
    expect(story.dossier({ asOf: '2026-10-01T00:00:00Z' })).not.toHaveProperty('edition');
  });
});

describe('two subjects found to be one person', () => {
  const merged = () => {
    const story = given();
    const other = { stream: `subject-${bolat}` };
    story.tell('SubjectRegistered', { kind: 'person' }, other);
    story.tell('DataCollected', collected(['phone']), other);
    story.tell('DataCollected', collected(['email']));
    story.tell('SubjectsMerged', { part: 'survivor', other: bolat, ground: 'officer-decision' });
    return story;
  };

  it('folds both streams and names the other', () => {
    const story = merged();
    const dossier = story.dossier({}, [story.subject, bolat]);
    expect(dossier.merged).toEqual([bolat]);
    expect(dossier.categories.map((line) => line.category)).toEqual(['email', 'phone']);
  });

  it('tells the value of one holding from both streams in the order in which it was told', () => {
    const story = merged();
    story.tell('DataCollected', collected(['email']), { stream: `subject-${bolat}` });
    const [email] = story.dossier({}, [story.subject, bolat]).categories;
    expect(email?.holdings[0]?.events).toHaveLength(2);
  });

  it('does not take an event of the other stream for a mention', () => {
    const story = merged();
    story.tell('DataCollected', collected(['email']), { stream: `subject-${bolat}`, seals: ['email'] });
    expect(story.dossier({}, [story.subject, bolat]).mentions).toEqual([]);
  });
});
