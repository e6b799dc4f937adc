import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Fault } from '@sluice/contracts/fault';
import { ValidateApi, validateApi } from '@sluice/contracts/registry/apis';
import { Services } from '@sluice/messaging/services';
import type { FastifyRequest } from 'fastify';
import { catchError, from, type Observable } from 'rxjs';
import { HttpProblem } from '../../http/problem';
import { notValid } from '../../http/validation.pipe';

const members = Object.keys(ValidateApi.shape);

/**
 * A new API whose form is wrong is refused before registry sees it. Registry is then asked about the members that can be
 * read, so that a publisher gets every fault at once, whichever of the two found it.
 */
@Injectable()
export class EveryApiFault implements NestInterceptor {
  constructor(private readonly services: Services) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(catchError((error: unknown) => from(this.complete(error, body))));
  }

  private async complete(error: unknown, body: unknown): Promise<never> {
    if (!(error instanceof HttpProblem) || error.code !== 'invalid_request' || !isObject(body)) throw error;
    const readable = ValidateApi.safeParse({ name: '', ...wellFormed(body, error.faults) });
    if (!readable.success) throw error;
    // The faults of the form are sure, also while registry cannot be asked.
    const { faults } = await this.services.request(validateApi, readable.data).catch(() => ({ faults: [] }));
    throw notValid('invalid_request', merged(error.faults, faults));
  }
}

function isObject(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

function wellFormed(body: Record<string, unknown>, faults: readonly Fault[]): Record<string, unknown> {
  const wrong = new Set(faults.map(({ pointer }) => pointer?.split('/')[1]));
  return Object.fromEntries(members.flatMap((name) => (name in body && !wrong.has(name) ? [[name, body[name]]] : [])));
}

/** Joins both lists: registry tells more of a missing member, and nothing of one whose form is wrong. */
function merged(ofForm: readonly Fault[], ofRegistry: readonly Fault[]): Fault[] {
  const malformed = new Set(ofForm.filter(({ code }) => code !== 'required').map(({ pointer }) => pointer));
  const told = ofRegistry.filter(({ pointer }) => !malformed.has(pointer));
  const places = new Set(told.map(({ pointer }) => pointer));
  return [...told, ...ofForm.filter(({ pointer }) => !places.has(pointer))];
}
