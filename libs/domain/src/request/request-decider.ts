// May a request be taken in, its sender recognised, its term made longer; may it be answered or refused?
import { Refused, type Decider, type Draft, type Seal } from '@derbes/kernel';
import { type RequestEvent } from '../catalogue.js';
import { fenceOf } from '../fence.js';
import { staffKnown } from '../hold-decider.js';
import { beyondScope, scopeOf } from '../person/authority.js';
import { type RepresentativeScope } from '../person/representative.js';
import { isKnown, subjectStream } from '../subject-fold.js';
import { reportDelivery } from './delivery-report.js';
import { openToAll, type IdentityMethod, type Opens } from './events.js';
import { extend } from './extension.js';
import { openRequest } from './open-request.js';
import { decideRecords } from './records.js';
import { refuse, sent } from './refusal.js';
import {
  type AnswerRequest,
  type ReceiveRequest,
  type ReportMisdirected,
  type RequestCommand,
  type RequestOutside,
  type VerifyIdentity,
} from './request-command.js';
import { emptyRequest, evolveRequest, openInquiries, requestStream, type RequestState } from './request-state.js';
import { clocksOf, isIntakeLate, jurisdictionAt } from './terms-of-rights.js';
import { whatOpens } from './what-opens.js';

const byDocument: IdentityMethod = 'representative';

/**
 * Refuses REQUEST_UNKNOWN, REQUEST_TAKEN, REQUEST_ANSWERED, REQUEST_REFUSED, RECEIVED_IN_FUTURE, AUTHORITY_MISSING, SUBJECT_UNKNOWN,
 * SUBJECT_ERASED, IDENTITY_NOT_PROVED, IDENTITY_PROVED, EXTENSION_NOT_IN_LAW, ALREADY_EXTENDED, TERM_OVER, TASKS_OPEN,
 * OUTCOME_CONTRADICTS, LANGUAGE_NOT_ASKED, DELIVERED_IN_FUTURE, DELIVERED_BEFORE_ANSWER, DELIVERY_MALFORMED, LAW_MISSING, NOT_ANSWERED,
 * RECORDS_NOT_DUE, RECORDS_GONE, RECORDS_HELD, STAFF_UNKNOWN, PROFILE_UNKNOWN, and of clocks CALENDAR_ENDS and TERM_UNKNOWN.
 */
export const requestDecider: Decider<RequestCommand, RequestState, RequestEvent, RequestOutside> = {
  initial: emptyRequest,
  evolve: evolveRequest,
  decide(command, state, outside) {
    staffKnown(command.staff, outside);
    switch (command.type) {
      case 'ReceiveRequest':
        return [receive(command, state, outside)];
      case 'VerifyIdentity':
        return [verify(command, state, outside)];
      case 'ExtendRequest':
        return [extend(command, state, outside)];
      case 'AnswerRequest':
        return [answer(command, state, outside)];
      case 'RefuseRequest':
        return [refuse(command, state, outside)];
      case 'ReportDelivery':
        return reportDelivery(command, state, outside);
      case 'DecideRecords':
        return decideRecords(command, state, outside);
      case 'ReportMisdirected':
        return report(command, state, outside);
    }
  },
};

function receive(command: ReceiveRequest, state: RequestState, outside: RequestOutside): Draft {
  const { right, channel, language, received, behalf = 'self', representative, staff } = command;
  if (state.received) throw new Refused('REQUEST_TAKEN', 'a request stands under this id');
  if (received > outside.at) throw new Refused('RECEIVED_IN_FUTURE', 'it has not reached anybody yet', { received });
  // Whoever writes a letter for somebody else gets an answer to it; whoever asks here and now proves the authority first.
  if (behalf === 'other' && channel === 'portal') authorised(representative, command, outside);
  const profiles = command.profiles ?? [jurisdictionAt(outside, received)];
  const facts = {
    right,
    profiles: [...profiles],
    channel,
    language,
    received,
    clocks: profiles.flatMap((profile) => clocksOf(right, profile, received, outside)),
    ...listed('categories', command.categories),
    ...listed('purposes', command.purposes),
    ...listed('recipients', command.recipients),
    behalf,
    ...(representative !== undefined && { representative }),
    ...(isIntakeLate(profiles, received, outside) && { late: 'yes' }),
    ...(staff !== undefined && { staff }),
  };
  const owner = requestStream(outside.request);
  const seals = command.sealed.map(({ category, value }): Seal => ({ category, value, owner }));
  return { type: 'RequestReceived', stream: owner, occurred: received, facts, ...(seals.length > 0 && { seals }) };
}

function verify(command: VerifyIdentity, state: RequestState, outside: RequestOutside): Draft {
  const { subject, proofs, staff } = command;
  const { received } = openRequest(state);
  const { behalf, right, categories, purposes } = received.facts;
  const representative = command.representative ?? received.facts.representative;
  const asked = { right, categories, purposes };
  const scope =
    behalf === 'other' || representative !== undefined ? authorised(representative, asked, outside) : undefined;
  const methods = [
    ...new Set<IdentityMethod>([...proofs.map(({ method }): IdentityMethod => method), ...(scope ? [byDocument] : [])]),
  ];
  const { opens, proved } = openedTo(command, outside, scope);
  const facts = {
    methods,
    outcome: proved ? 'proved' : 'not-proved',
    ...(subject !== undefined && proved && { subject }),
    opens,
    ...(scope && { representative }),
    ...(staff !== undefined && { staff }),
  };
  const marked = subject !== undefined && proved;
  return {
    type: 'IdentityVerified',
    stream: requestStream(outside.request),
    occurred: outside.at,
    facts,
    ...(marked && { seals: [{ category: 'meta.request', value: command.mark, owner: subjectStream(subject) }] }),
  };
}

function openedTo(
  { subject, proofs }: VerifyIdentity,
  { person }: RequestOutside,
  scope: RepresentativeScope | undefined,
): { readonly opens: Opens; readonly proved: boolean } {
  // Nobody is known under what was told: whoever showed anything is answered like everybody else, that nothing is held.
  if (subject === undefined) return { opens: { what: 'nothing' }, proved: proofs.length > 0 };
  if (!person || !isKnown(person)) throw new Refused('SUBJECT_UNKNOWN', 'there is no such subject', { subject });
  const fence = fenceOf(person);
  if (fence) throw new Refused('SUBJECT_ERASED', 'the person is erased, or to be erased', { order: fence.order });
  if (scope) {
    const { categories, purposes } = scope;
    const what = categories || purposes ? 'scope' : 'everything';
    return { opens: { what, ...listed('categories', categories), ...listed('purposes', purposes) }, proved: true };
  }
  const { opens } = whatOpens(proofs, person);
  return { opens, proved: opens.what !== 'nothing' };
}

/** What the representative may do of it, at this moment. */
function authorised(
  representative: string | undefined,
  { right, categories, purposes }: Pick<ReceiveRequest, 'right' | 'categories' | 'purposes'>,
  { person, at }: RequestOutside,
): RepresentativeScope {
  const authority = representative === undefined ? undefined : person && scopeOf(person.state, representative, at);
  const scope = authority?.scope ?? {};
  // Where no categories or purposes are named, all are asked for: the answer shows what the scope names and says that it is no more.
  const limits = {
    ...(scope.rights && { rights: scope.rights }),
    ...(categories && scope.categories && { categories: scope.categories }),
    ...(purposes && scope.purposes && { purposes: scope.purposes }),
  };
  const within = beyondScope(limits, { right, categories, purposes }).length === 0;
  if (authority?.standing === 'stands' && within) return scope;
  throw new Refused('AUTHORITY_MISSING', 'nobody is recognised to ask this for the person', {
    right,
    standing: authority?.standing ?? 'not-recognised',
  });
}

function answer(command: AnswerRequest, state: RequestState, outside: RequestOutside): Draft {
  const { outcome, how, frozen, done, reason, staff } = command;
  const { received, identity } = openRequest(state);
  const proved = identity?.outcome === 'proved' ? identity : undefined;
  if (!proved && !openToAll.has(received.facts.right)) {
    throw new Refused('IDENTITY_NOT_PROVED', 'nobody knows yet to whom this would be told');
  }
  if (outcome === 'nothing-held' && frozen.sealed.some(({ category }) => category.startsWith('meta.answer.'))) {
    throw new Refused('OUTCOME_CONTRADICTS', 'the answer has values, so something is held');
  }
  const left = [...openInquiries(state).map(({ event }) => event), ...(command.open ?? [])];
  if (left.length > 0 && reason === undefined) {
    throw new Refused('TASKS_OPEN', 'say why it is answered although not everybody has', { open: String(left.length) });
  }
  const { hash, projection, head, holders, differences } = frozen;
  const owner = proved?.subject === undefined ? requestStream(outside.request) : subjectStream(proved.subject);
  const facts = {
    outcome,
    ...sent(command, received, outside),
    how,
    hash,
    projection,
    ...(proved?.subject !== undefined && { subject: proved.subject }),
    ...(head && { head }),
    ...listed('holders', holders),
    ...listed('differences', differences),
    ...(holders.length > 0 && { complete: holders.every(({ said }) => said === 'confirmed') ? 'yes' : 'no' }),
    ...listed('done', done),
    ...listed('open', left),
    ...(left.length > 0 && { reason }),
    ...(staff !== undefined && { staff }),
  };
  const seals = frozen.sealed.map(({ category, value }): Seal => ({ category, value, owner }));
  return {
    type: 'RequestAnswered',
    stream: requestStream(outside.request),
    occurred: outside.at,
    facts,
    ...(seals.length > 0 && { seals }),
  };
}

function report(command: ReportMisdirected, state: RequestState, outside: RequestOutside): Draft[] {
  const { ground, staff, affected = [] } = command;
  const { answered } = state;
  if (!answered) throw new Refused('NOT_ANSWERED', 'no answer has left that could have gone astray');
  const detected = command.detected ?? outside.at;
  if (detected > outside.at) throw new Refused('DELIVERED_IN_FUTURE', 'it has not been noticed yet');
  const { subject } = answered.facts;
  const people = [...new Set([...(subject === undefined ? [] : [subject]), ...affected])].sort();
  if (people.length === 0) throw new Refused('NOBODY_AFFECTED', 'the answer told of nobody: name whom it concerns');
  if (state.misdirected.some(({ facts }) => facts.ground === ground && facts.affected.join() === people.join()))
    return [];
  const facts = { answer: answered.id, detected, ground, affected: people, ...(staff !== undefined && { staff }) };
  return [{ type: 'AnswerMisdirected', stream: requestStream(outside.request), occurred: detected, facts }];
}

const listed = <Name extends string, T>(name: Name, list: readonly T[] | undefined): { readonly [N in Name]?: T[] } =>
  (list && list.length > 0 ? { [name]: [...list] } : {}) as { readonly [N in Name]?: T[] };
