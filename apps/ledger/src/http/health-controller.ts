// Is the service alive, is it ready, and which part is not and why?
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { JsonLogger } from '../logger.js';
import { type Role } from '../settings.js';
import { Open, Roles } from './access.js';
import { Metrics } from './metrics.js';
import { Operation } from './operation.js';
import { Problem } from './problem/problem.js';

export const indicators = Symbol('indicators');
export const processRole = Symbol('processRole');
export const indicatorMsMax = 2_000;
const retryMs = 2_000;

export interface Ready {
  readonly status: 'ready';
  /** What this process is for. */
  readonly role: Role;
  /** What it answers for: of several processes another may be responsible for what is not named here. */
  readonly parts: readonly string[];
  /** Of a part that may be well in more than one way, in which. */
  readonly states?: Readonly<Record<string, string>>;
}

/**
 * A part of the service that may be ill. `why` is a code or sentence without a personal value: it is told to anybody, and so
 * is `state`.
 */
export interface Indicator {
  readonly name: string;
  check(): Promise<Health> | Health;
}
export type Health = { readonly ok: true; readonly state?: string } | { readonly ok: false; readonly why: string };

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(
    @Inject(indicators) private readonly parts: readonly Indicator[],
    @Inject(processRole) private readonly role: Role,
    private readonly metrics: Metrics,
    private readonly logger: JsonLogger,
  ) {}

  @Get('health/live')
  @Open()
  @Operation({
    id: 'isLive',
    summary: 'Is the process alive?',
    says: 'Asks nothing of the parts: a process that answers is alive.',
    answers: 'It is.',
    schema: 'Health',
    open: true,
  })
  live(): { readonly status: 'live' } {
    return { status: 'live' };
  }

  @Get('health/ready')
  @Open()
  @Operation({
    id: 'isReady',
    summary: 'Is every part ready?',
    says: 'Each process answers for its own parts: an http process for what it needs to answer, a worker for the read models. A part that is not ready is named, with why.',
    answers: 'All are.',
    schema: 'Health',
    open: true,
  })
  async ready(): Promise<Ready> {
    const healths = await Promise.all(this.parts.map((part) => this.ask(part)));
    const errors = healths.flatMap((health, place) =>
      health.ok ? [] : [{ pointer: `/${this.parts[place]?.name ?? place}`, detail: health.why }],
    );
    if (errors.length > 0) {
      const named = errors.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join('; ');
      throw new Problem('NOT_READY', named, { errors, retryAfterMs: retryMs });
    }
    const states = healths.flatMap((health, place) =>
      health.ok && health.state !== undefined ? [[this.parts[place]?.name ?? place, health.state] as const] : [],
    );
    return {
      status: 'ready',
      role: this.role,
      parts: this.parts.map(({ name }) => name),
      ...(states.length > 0 && { states: Object.fromEntries(states) }),
    };
  }

  @Get('metrics')
  @Roles('admin', 'officer', 'auditor')
  @Operation({
    id: 'readMetrics',
    summary: 'The service in numbers',
    says: 'Prometheus text format; no label holds anything of a person.',
    answers: 'The numbers.',
    text: 'text/plain',
  })
  async numbers(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.type(this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }

  /** A part that throws or does not answer in time is ill, and the cause stands in the log. */
  private async ask(part: Indicator): Promise<Health> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Health>((resolve) => {
      timer = setTimeout(() => resolve({ ok: false, why: `no answer within ${indicatorMsMax} ms` }), indicatorMsMax);
    });
    try {
      return await Promise.race([Promise.resolve(part.check()), late]);
    } catch (error) {
      this.logger.failed(error, { part: part.name });
      return { ok: false, why: 'the check failed; the cause stands in the log' };
    } finally {
      clearTimeout(timer);
    }
  }
}
