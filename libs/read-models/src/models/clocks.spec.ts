// Does the model of clocks know every event that starts or ends one, so that neither a sweep nor a rebuild leaves a new one out?
import { describe, expect, it } from '@jest/globals';
import { catalogue, type DomainEvent } from '@derbes/domain';
import { followsType } from '../read-model.js';
import { clocks } from './clocks.js';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const clock = {
  term: 'access',
  profile: 'kz',
  version: '3',
  from: '2026-11-20T09:00:00Z',
  due: '2026-11-25T18:59:59Z',
};

/** Clocks of their own, for which other loops of the worker answer. */
const elsewhere = new Set(['NoticePrepared']);

type Definition = (typeof catalogue.definitions)[number];
const fieldsOf = ({ schema }: Definition): object => (schema as { readonly properties?: object }).properties ?? {};

/** The event as its catalogue shows it, with a clock where it may have one. */
function sampleOf(definition: Definition, stream: string): DomainEvent {
  const fields = fieldsOf(definition);
  const facts = {
    ...(definition.sample as object),
    ...('clock' in fields && { clock }),
    ...('clocks' in fields && { clocks: [clock] }),
    // Of a destruction that of a whole person alone ends what ran about her.
    ...(definition.type === 'ErasureExecuted' && { scope: 'person' }),
  };
  const at = '2026-11-20T09:00:00Z';
  const { type } = definition;
  return {
    type,
    facts,
    id: uuid(1),
    stream,
    revision: 0,
    at,
    occurred: at,
    actor: 'officer',
    parts: [],
  } as unknown as DomainEvent;
}

const lists = { erasuresIn: () => [] };
const rowsOf = (event: DomainEvent): number => [...clocks.rows([event], lists).values()].flat().length;
const streamOf = { subject: `subject-${uuid(2)}`, request: `request-${uuid(3)}`, incident: `incident-${uuid(4)}` };

describe('the model of clocks', () => {
  it('follows, in streams of subjects, every type of which it makes a row', () => {
    const speaking = catalogue.definitions.filter((one) => rowsOf(sampleOf(one, streamOf.subject)) > 0);
    const types = speaking.map(({ type }) => type);
    // Those of requests, incidents and clocks have streams of their own, which are followed whole.
    const own = types.filter((type) => /^(?:Request|Delivery|Incident|Authority|Clock)/.test(type));
    expect(types.filter((type) => !own.includes(type)).sort()).toEqual([...(clocks.ofSubjects ?? [])].sort());
  });

  it('makes a row of every event that may hold a clock', () => {
    const holding = catalogue.definitions.filter((one) => 'clock' in fieldsOf(one) || 'clocks' in fieldsOf(one));
    const silent = holding.filter((one) => rowsOf(sampleOf(one, streamOf.subject)) === 0).map(({ type }) => type);
    expect(holding.length).toBeGreaterThan(5);
    expect(silent.filter((type) => !elsewhere.has(type))).toEqual([]);
  });

  it('follows the streams in which such events stand', () => {
    for (const stream of [...Object.values(streamOf), `clock-${uuid(5)}`, 'policy']) {
      expect([stream, clocks.follows(stream)]).toEqual([stream, true]);
    }
    expect(followsType(clocks, streamOf.subject, 'DataCollected')).toBe(false);
    expect(clocks.follows('ledger')).toBe(false);
  });

  it('ends the clock of a finding by the next word on it, and starts one of each finding', () => {
    const sample = sampleOf(catalogue.get('FindingAssessed'), streamOf.subject);
    const said = (facts: object) => clocks.rows([{ ...sample, facts } as unknown as DomainEvent], lists);
    const found = { findings: [`${uuid(12)}:NO_BASIS:-:-`, `${uuid(13)}:NO_BASIS:-:-`], staff: uuid(4) };
    const [started] = said({ ...found, verdict: 'confirmed', clocks: [clock] }).values();
    const [, ended] = said({ ...found, verdict: 'remedied' }).values();
    const mattersOf = (rows: readonly object[] | undefined) => rows?.map((row) => (row as { matter: string }).matter);
    expect(new Set(mattersOf(started)).size).toBe(2);
    expect(mattersOf(ended)).toEqual(mattersOf(started));
  });
});
