// With which status is a repeat answered? 200: nothing was made by it.
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';

@Injectable()
export class RepeatedAnswer implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer: unknown) => {
        if (typeof answer === 'object' && answer !== null && 'status' in answer && answer.status === 'repeated') {
          void reply.status(200);
        }
        return answer;
      }),
    );
  }
}
