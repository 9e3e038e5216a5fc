// Who are the invented people whose reports are kept as golden files?
import { historyOf, registersAt, timelineOf } from '@derbes/domain';
import { collected, editionSha, Story, wholeConsent } from '@derbes/domain/testing/story.js';
import { builtInProfile, declared, loadPolicy, type Language, type Policy } from '@derbes/policy';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closingCode, type DossierView, type OpenedPart, type TimelineView } from '../../dossier-view.js';
import { controllerOf, wordingOf } from '../../wording.js';
import { sentenceOf } from '../sentence.js';

const uploader = 'organisation-33333333-3333-4333-8333-333333333333';
const kiberon = join(import.meta.dirname, '../../../../../../examples/kiberon');

export function kiberonPolicy(): Policy {
  const loaded = loadPolicy(readFileSync(join(kiberon, 'policy.yaml'), 'utf8'), {
    texts: { ru: readFileSync(join(kiberon, 'policy.ru.txt'), 'utf8') },
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes));
  return { ...loaded.policy, cross_border: [analyticsClaim] };
}

/** The example says nothing of countries; this invented policy claims that one of them protects. */
const analyticsClaim = {
  code: 'us-protects',
  ground: 'kz.16.2',
  countries: ['US'],
  declared: 'controller' as const,
  label: { ru: 'США', kk: 'АҚШ', en: 'USA' },
  instrument: 'заключение № 7 от 1 июня 2026 года',
  asserted_by: 'директор ТОО «Пример»',
};

const moments = (story: Story) => ({ asOf: story.now, asKnownAt: story.now });

/** The view of a story's person, with the values that the story was told in place of the sealed parts. */
export function viewOf(story: Story, policy: Policy, access: DossierView['access']): DossierView {
  const dossier = story.dossier();
  const filled = JSON.parse(JSON.stringify(dossier), (_, value: unknown) => fill(value, story)) as DossierView;
  const edition = declared(policy);
  return {
    ...filled,
    controller: controllerOf(policy),
    organisations: {
      [uploader]: [
        {
          event: '-',
          p: '0',
          owner: uploader,
          state: 'opened',
          category: 'meta.name',
          value: 'ТОО «Загрузчик Примеров»',
        },
      ],
    },
    erasures: [],
    withdrawals: [],
    holds: [],
    locks: [],
    access,
    findings: [],
    wording: wordingOf(dossier, [edition], builtInProfile('kz')),
    closing: closingCode,
  };
}

function fill(value: unknown, story: Story): unknown {
  if (typeof value !== 'object' || value === null || !('p' in value)) return value;
  const part = value as OpenedPart;
  const known = story.values.get(`${part.event}/${part.p}`);
  return known ? { ...part, ...known, state: 'opened' } : { ...part, state: 'lost' };
}

export function timelineViewOf(story: Story, policy: Policy, language: Language): TimelineView {
  const lines = [...timelineOf(historyOf(story.sources().streams, moments(story)), [], moments(story))];
  const registers = registersAt(story.registers, story.now);
  const wording = wordingOf(lines, [declared(policy)], registers.profile(declared(policy), story.now));
  return {
    subject: story.subject,
    merged: [],
    ...moments(story),
    lines: lines.map((line) => ({ ...line, says: sentenceOf(line, wording, language) })),
    closing: closingCode,
  };
}

/** Айгерим Примерова: a client with all that a client's story can hold. */
export function clientStory(policy: Policy): Story {
  const story = new Story(policy);
  const bank = 'recipient-66666666-6666-4666-8666-666666666666';
  const bankOwner = 'organisation-66666666-6666-4666-8666-666666666666';
  const site = { source: 'urn:kiberon:site' };
  story.register('holder-44444444-4444-4444-8444-444444444444', 'HolderRegistered', {
    holder: 'crm',
    countries: ['KZ'],
  });
  story.register(
    bank,
    'RecipientRegistered',
    {
      recipient: 'example-bank',
      class: 'payment-and-banks',
      country: 'KZ',
      categories: ['full-name'],
      purposes: ['payment'],
      undertaking: { from: '2026-01-15', until: '2027-01-15' },
    },
    {
      seals: ['meta.name', 'meta.bin', 'meta.undertaking'].map((part) => `${bankOwner}:${part}`),
      values: { 'meta.name': 'АО «Банк Примеров»', 'meta.bin': '000140000007', 'meta.undertaking': 'ОБ-15' },
    },
  );
  story.tell('SubjectRegistered', { kind: 'person' }, site);
  story.tell(
    'IdentifierLinked',
    { scheme: 'email', norm: '1', since: '2026-11-20T09:00:00Z' },
    { ...site, values: { email: 'aigerim@primer.example' } },
  );
  const consent = story.tell(
    'ConsentGiven',
    {
      purposes: ['account', 'support'],
      items: wholeConsent,
      shown: { edition: editionSha, language: 'ru', hash: 'a'.repeat(64) },
      channel: 'web-form',
      proof: 'click-trace',
      by: 'subject',
    },
    { ...site, values: { 'meta.subject-name': 'Айгерим Примерова', 'meta.consent-proof': 'click 2026-11-20 #1' } },
  );
  const account = story.tell('RelationStarted', { kind: 'account' }, site);
  const byConsent = { code: 'consent', consent: consent.id };
  story.tell('DataCollected', collected(['full-name', 'email', 'phone'], { basis: byConsent }), {
    ...site,
    values: { 'full-name': 'Айгерим Примерова', email: 'aigerim@primer.example', phone: '+70000000001' },
  });
  story.tell(
    'DataCorrected',
    { categories: ['phone'], holder: 'crm', role: 'private', ground: 'subject-request' },
    { values: { phone: '+70000000002' }, source: 'urn:kiberon:crm' },
  );
  story.tell(
    'DataCollected',
    collected(['requisites.iban'], { purposes: ['payment'], holder: 'billing', basis: { code: 'contract' } }),
    { source: 'urn:kiberon:billing' },
  );
  story.tell(
    'DataCollected',
    collected(['position', 'shoe-size'], {
      purposes: ['service-access'],
      capacity: 'operator',
      for: uploader,
      role: 'representative',
      origin: { kind: 'uploaded', uploader, declaredBasis: 'consent', acceptance: 'no', means: 'file-upload' },
    }),
    { source: 'urn:kiberon:checker' },
  );
  story.tell('DataDeclared', {
    ...collected(['enquiries.message'], { purposes: ['support'], holder: 'helpdesk', origin: { kind: 'unknown' } }),
    since: { moment: '2024-06-01T00:00:00Z', precision: 'not-later-than' },
  });
  story.tell(
    'DataCollected',
    collected(['ip', 'session'], {
      purposes: ['analytics'],
      holder: 'log-store',
      origin: { kind: 'automatic', means: 'server-log' },
    }),
    {
      values: { ip: '192.0.2.7' },
    },
  );
  story.tell('DataUsed', { categories: ['email'], purposes: ['service-notices'], holder: 'crm', basis: byConsent });
  story.tell('DataUsed', { categories: ['email'], purposes: ['service-notices'], holder: 'crm', basis: byConsent });
  const transfer = story.tell('DataTransferred', {
    categories: ['full-name'],
    purposes: ['payment'],
    basis: { code: 'contract' },
    recipient: 'example-bank',
    country: 'KZ',
    mode: 'sent',
    holder: 'billing',
  });
  story.tell('SubjectNotified', { about: 'transfer', channel: 'email', transfers: [transfer.id] });
  story.tell('DataTransferred', {
    categories: ['ip', 'session'],
    purposes: ['analytics'],
    recipient: 'example-analytics',
    country: 'US',
    ground: 'kz.16.2',
    mode: 'access',
  });
  story.tell(
    'DataPublished',
    { categories: ['full-name'], purposes: ['support'], basis: byConsent, place: 'site' },
    {
      values: { 'meta.place': 'https://www.primer.example/reviews' },
    },
  );
  story.tell('DataUnpublished', { categories: ['full-name'], place: 'site', ground: 'subject-request' });
  story.tell('ConsentRefused', { purposes: ['analytics'], channel: 'web-form', by: 'subject' }, site);
  story.tell(
    'PolicyAcknowledged',
    { shown: { edition: editionSha, language: 'ru', hash: 'a'.repeat(64) }, channel: 'web-form' },
    site,
  );
  story.tell('ConsentWithdrawn', {
    consent: consent.id,
    scope: { purposes: ['support'] },
    received: '2026-11-20T09:20:00Z',
    channel: 'email',
  });
  story.tell('AutomatedDecisionMade', {
    categories: ['usage-history'],
    purposes: ['fraud-prevention'],
    effect: 'right-ended',
  });
  story.tell('DataBlocked', { categories: ['email'], holder: 'crm', ground: 'breach-reported' });
  story.tell('DataDestroyed', {
    manner: 'deleted',
    categories: ['session'],
    holder: 'log-store',
    ground: 'purpose-reached',
    method: 'row-deletion',
    copiesUntil: '2026-12-20',
  });
  const wrong = story.tell('DataCollected', collected(['company']), { values: { company: 'ТОО «Не то»' } });
  story.tell('FactRetracted', { fact: wrong.id, type: 'DataCollected', ground: 'told-in-error' });
  const contract = story.tell('RelationStarted', { kind: 'contract' });
  story.tell('ObligationOpened', { kind: 'invoice', relation: contract.id });
  const lost = story.tell('DataCollected', collected(['company']), { seals: ['company'] });
  story.lose(lost);
  story.tell('RelationEnded', { relation: account.id, kind: 'account' });
  story.tell('DataCollected', collected(['enquiries.message']), {
    stream: 'subject-22222222-2222-4222-8222-222222222222',
    seals: [`subject-${story.subject}:full-name`],
    source: 'urn:kiberon:helpdesk',
  });
  return story;
}

/** Тимур Примеров: a child whose mother and grandmother contradict each other, and an aunt's power of attorney that is over. */
export function childStory(policy: Policy): Story {
  const story = new Story(policy);
  const recognise = (n: number, name: string, facts: object): string => {
    const uuid = `77777777-7777-4777-8777-77777777777${n}`;
    const owner = `representative-${uuid}`;
    const said = {
      representative: uuid,
      kind: 'guardian' as const,
      from: '2026-11-01T00:00:00Z',
      document: { kind: 'birth-certificate', date: '2016-03-02' },
      ...facts,
    };
    const values = { 'meta.name': name, 'meta.contact': 'roditel@primer.example', 'meta.document': 'I-АА № 000001' };
    return story.tell('RepresentativeRecognised', said, {
      values,
      seals: Object.keys(values).map((part) => `${owner}:${part}`),
    }).id;
  };
  story.tell('SubjectRegistered', { kind: 'person' });
  story.tell('SubjectStatusChanged', {
    status: 'minor',
    turns: { age: '14', on: '2030-05-17' },
    ofAge: '2034-05-16T19:00:00Z',
  });
  const power = { kind: 'power-of-attorney', date: '2026-02-01' };
  const limits = {
    scope: { rights: ['know'], categories: ['email'], purposes: ['account'] },
    until: '2026-11-10T00:00:00Z',
  };
  recognise(1, 'Айжан Примерова', { kind: 'attorney-in-fact', document: power, ...limits });
  recognise(2, 'Алия Примерова', { kind: 'parent', exclusive: 'yes' });
  recognise(3, 'Роза Примерова', { kind: 'guardian', exclusive: 'yes', act: '268-XIII', article: '22' });
  const ended = recognise(4, 'Пример Примеров', { kind: 'trustee' });
  story.tell('RepresentativeEnded', { recognition: ended, ground: 'court-decision' });
  return story;
}

export const lookedAt: DossierView['access'] = {
  now: { question: 'dossier', role: 'officer', reason: 'subject-request' },
  lines: [
    {
      at: '2026-11-20T09:41:00Z',
      event: '00000000-0000-4000-8000-000000000902',
      question: 'holdings',
      role: 'auditor',
    },
    {
      at: '2026-11-20T09:40:00Z',
      event: '00000000-0000-4000-8000-000000000901',
      question: 'dossier',
      role: 'officer',
      reason: 'subject-request',
    },
  ],
  reaches: '2026-11-20T09:42:00Z',
  more: false,
};
