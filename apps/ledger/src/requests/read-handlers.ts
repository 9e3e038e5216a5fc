// How far is a request, and what was answered? Read from its own stream, recorded like every look at somebody.
import { dueOfRequest, recordsOf, stageOf, taskStateAt, type RequestEvent, type RequestState } from '@derbes/domain';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { leaveSealed, openTraced } from '../read/open-parts.js';
import { mayReadValues } from '../read/person.js';
import { Readers } from '../read/readers.js';
import { answerText } from './answer-text.js';
import { type AnswerView, type FrozenAnswerView } from './answer-view.js';
import { hashOf, thaw, type Thawing } from './frozen.js';
import { ReadAnswer, ReadRefusal, ReadRequest, type RefusalView, type RequestView } from './request-queries.js';
import { hashOfText } from './refusing.js';
import { readRequestStream } from './request-streams.js';
import { requestText } from './request-text.js';

type Answered = Extract<RequestEvent, { readonly type: 'RequestAnswered' }>;

const said = ({ id: event, at: recorded, facts }: RequestEvent) => ({ event, recorded, facts });

const peopleOf = ({ identity }: RequestState): string[] => (identity?.subject === undefined ? [] : [identity.subject]);

@QueryHandler(ReadRequest)
export class ReadRequestHandler implements IQueryHandler<ReadRequest> {
  constructor(private readonly readers: Readers) {}

  execute({ asked, request, as, lang = 'ru' }: ReadRequest): Promise<RequestView | string | undefined> {
    return this.readers.seam.ask({ question: 'request', asked, filter: { request } }, async (touches) => {
      const { state } = await readRequestStream(this.readers.store, request);
      touches(peopleOf(state));
      const view = await this.view(request, state, mayReadValues(asked.by.role));
      return view && as === 'text' ? requestText(view, lang) : view;
    });
  }

  private async view(request: string, state: RequestState, values: boolean): Promise<RequestView | undefined> {
    const { received, identity, answered, refused, deliveries, misdirected, tasks } = state;
    const stage = stageOf(state);
    if (!received || !stage) return undefined;
    const due = dueOfRequest(state);
    const now = this.readers.now();
    const traced = received.parts.map((part) => ({
      ref: { event: received.id, p: part.p, owner: part.owner ?? received.stream },
      part,
    }));
    const parts = values
      ? await openTraced(traced, this.readers)
      : traced.map(({ ref }) => leaveSealed(ref, 'withheld'));
    return {
      request,
      state: stage,
      received: said(received),
      ...(due && { due: due.due, ...(due.strict !== undefined && { strict: due.strict }) }),
      ...(identity && { identity }),
      tasks: [...tasks.values()].map((task) => ({
        task: task.event,
        kind: task.kind,
        ...(task.uploader !== undefined && { uploader: task.uploader }),
        ...(task.holder !== undefined && { holder: task.holder }),
        state: taskStateAt(task, now),
        ...(task.clock && { due: task.clock.due }),
      })),
      ...(answered && { answered: said(answered) }),
      ...(refused && { refused: said(refused) }),
      deliveries: deliveries.map(said),
      records: recordsOf(state, { ...this.readers.registers.outside, at: now, request }),
      misdirected: misdirected.map(said),
      parts,
    };
  }
}

type Refusal = Extract<RequestEvent, { readonly type: 'RequestRefused' }>;

@QueryHandler(ReadRefusal)
export class ReadRefusalHandler implements IQueryHandler<ReadRefusal> {
  constructor(private readonly readers: Readers) {}

  execute({ asked, request, as }: ReadRefusal): Promise<RefusalView | string | undefined> {
    return this.readers.seam.ask({ question: 'refusal', asked, filter: { request } }, async (touches) => {
      const { state } = await readRequestStream(this.readers.store, request);
      touches(peopleOf(state));
      const view = state.refused && (await this.view(request, state.refused));
      return view && as === 'text' ? view.text : view;
    });
  }

  private async view(request: string, { id: event, parts, facts, stream }: Refusal): Promise<RefusalView> {
    const traced = parts.map((part) => ({ ref: { event, p: part.p, owner: part.owner ?? stream }, part }));
    const opened = await openTraced(traced, this.readers);
    const texts = opened.flatMap((one) => (one.state === 'opened' && typeof one.value === 'string' ? [one.value] : []));
    const { reason, act, article, language, delivered, how, hash } = facts;
    const text = texts.join('');
    return {
      request,
      event,
      reason,
      ...(act !== undefined && { act }),
      ...(article !== undefined && { article }),
      language,
      delivered,
      how,
      ...(hash !== undefined && { hash }),
      ...(hash !== undefined && hashOfText(text) === hash && { text }),
    };
  }
}

@QueryHandler(ReadAnswer)
export class ReadAnswerHandler implements IQueryHandler<ReadAnswer> {
  constructor(private readonly readers: Readers) {}

  execute({ asked, request, as, lang }: ReadAnswer): Promise<FrozenAnswerView | string | undefined> {
    return this.readers.seam.ask({ question: 'answer', asked, filter: { request } }, async (touches) => {
      const { state } = await readRequestStream(this.readers.store, request);
      touches(peopleOf(state));
      const view = state.answered && (await this.thawed(state.answered));
      return view && as === 'text' ? answerText(view, lang ?? view.answer.language) : view;
    });
  }

  /** Undefined where the answer is gone with the person whom it told. */
  private async thawed({ id: event, parts, facts, stream }: Answered): Promise<FrozenAnswerView | undefined> {
    const traced = parts.map((part) => ({ ref: { event, p: part.p, owner: part.owner ?? stream }, part }));
    const chunks = (await openTraced(traced, this.readers)).map((one): Thawing => {
      const text = one.state === 'opened' && typeof one.value === 'string' ? one.value : undefined;
      if (text !== undefined && one.category !== undefined) return { category: one.category, text };
      return { state: one.state === 'erased' ? 'erased' : 'lost' };
    });
    const answer = thaw(chunks) as AnswerView | undefined;
    if (!answer) return undefined;
    const { delivered, how, hash } = facts;
    return { answer, event, delivered, how, hash, same: hashOf(answer) === hash ? 'yes' : 'no' };
  }
}
