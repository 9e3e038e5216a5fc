// Which route does Fastify run without the framework around each request? The one that services call for every fact.
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { admit, rolesOf } from './access.js';
import { type Role } from '../write/received.js';

type WholeRoute = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/**
 * Nest registers and describes the route as any other; when it does, the controller's method, which reads the request and sends the
 * answer itself, is put in the place of Nest's own handler, behind the same check of roles. What it throws goes to the same filter.
 * `made` gives the controller when the route is registered.
 */
export function answerDirectly<Name extends string>(
  fastify: FastifyInstance,
  { method, url }: { readonly method: string; readonly url: string },
  made: () => Record<Name, WholeRoute>,
  name: Name,
): void {
  fastify.addHook('onRoute', (route) => {
    if (route.url !== url || route.method !== method) return;
    const controller = made();
    const handle: WholeRoute = controller[name];
    const allowed = Reflect.getMetadata(rolesOf, handle) as readonly Role[];
    route.handler = (request, reply) => {
      admit(request, allowed);
      return handle.call(controller, request, reply);
    };
  });
}
