// Who may use a route, and why do they ask? Refused by default: a route without a list of roles answers nobody.
import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RouteConfig } from '@nestjs/platform-fastify';
import { looksPersonal } from '@derbes/vault';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Asked, isReason, type Reason, reasons } from '../keys/asked.js';
import { type Principal, type Role } from '../write/received.js';
import { referenceIdPattern } from './form/field.js';
import { Problem } from './problem/problem.js';
import { tellWaitedOn } from './waited.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read, for every route that is not open. */
    principal: Principal | undefined;
    /** A setting opened this route to everybody: nobody's key is asked for, and nobody is known. */
    opened: boolean;
    /** The bytes of the body, where the request says that they are signed. */
    signedBody: Buffer | undefined;
  }
  interface FastifyContextConfig {
    open?: boolean;
    openWhere?: Openable;
    openWhenSigned?: boolean;
  }
}

export const rolesOf = 'derbes:roles';
const aboutPersonOf = 'derbes:about-person';

/** Who may use the route. */
export const Roles = (...roles: [Role, ...Role[]]): MethodDecorator => SetMetadata(rolesOf, roles);
/** Answers without a key. */
export const Open = (): MethodDecorator => (target, name, descriptor: PropertyDescriptor) => {
  SetMetadata(rolesOf, 'open')(target, name, descriptor);
  RouteConfig({ open: true })(target, name, descriptor);
};
/** What a setting may open to everybody: the checkpoint, which names nobody; the tiles, which are pseudonymous personal data. */
export type Openable = 'checkpoint' | 'tiles';
/** Answers without a key where a setting says so, else the roles named beside it alone. */
export const OpenWhere = (part: Openable): MethodDecorator => RouteConfig({ openWhere: part });
/** Without a key, the signature of the message says whose it is; the route proves it. */
export const OpenWhenSigned = (): MethodDecorator => RouteConfig({ openWhenSigned: true });
/** Staff say why they ask. */
export const AboutPerson = (): MethodDecorator => SetMetadata(aboutPersonOf, true);

@Injectable()
export class KeyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const route = context.getHandler();
    const allowed = this.reflector.get<readonly Role[] | 'open' | undefined>(rolesOf, route);
    if (allowed === 'open') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (request.opened) return true;
    const principal = admit(request, allowed);
    if (this.reflector.get<boolean | undefined>(aboutPersonOf, route) === true) {
      demandReason(principal, reasonOf(request));
    }
    return true;
  }
}

/** Whoever asks, if the route is for them. Throws KEY_MISSING, ROLE_NOT_ALLOWED, REASON_UNKNOWN. */
export function admit(request: FastifyRequest, allowed: readonly Role[] | undefined): Principal {
  const { principal } = request;
  if (!principal) throw new Problem('KEY_MISSING', 'send Authorization: Bearer <key>', bearer);
  if (!allowed?.includes(principal.role)) {
    throw new Problem('ROLE_NOT_ALLOWED', `this is for the roles ${allowed?.join(', ') ?? '(none)'}`);
  }
  reasonOf(request);
  return principal;
}

export const bearer = { headers: { 'www-authenticate': 'Bearer realm="derbes"' } };

/** Services ask within their own work; people say why. */
export function demandReason({ role }: Principal, reason: Reason | undefined): void {
  if (role === 'emitter' || reason !== undefined) return;
  throw new Problem('REASON_MISSING', `send Derbes-Reason, one of: ${Object.keys(reasons).join(', ')}`);
}

function reasonOf({ headers }: FastifyRequest): Reason | undefined {
  const told = headers['derbes-reason'];
  if (told === undefined) return undefined;
  if (typeof told === 'string' && isReason(told)) return told;
  throw new Problem('REASON_UNKNOWN', `Derbes-Reason is one of: ${Object.keys(reasons).join(', ')}`);
}

function idempotencyKeyOf({ headers }: FastifyRequest): string | undefined {
  const told = headers['idempotency-key'];
  if (told === undefined) return undefined;
  if (typeof told !== 'string' || !referenceIdPattern.test(told)) {
    throw new Problem('IDEMPOTENCY_KEY_MALFORMED', 'send 1 to 128 visible ASCII characters');
  }
  if (looksPersonal(told))
    throw new Problem('IDEMPOTENCY_KEY_MALFORMED', 'it looks like somebody’s e-mail, phone or IIN');
  return told;
}

/** Whoever asks, for commands and questions. */
export function askedOf(request: FastifyRequest): Asked {
  if (!request.principal) throw new Problem('KEY_MISSING', 'send Authorization: Bearer <key>', bearer);
  const reason = reasonOf(request);
  const idempotencyKey = idempotencyKeyOf(request);
  return {
    by: request.principal,
    request: request.id,
    ...(reason && { reason }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
}

/** The route's Asked. */
export const AskedBy = createParamDecorator((_: unknown, context: ExecutionContext): Asked => {
  const http = context.switchToHttp();
  return { ...askedOf(http.getRequest<FastifyRequest>()), tellWaited: tellWaitedOn(http.getResponse<FastifyReply>()) };
});
