import type { Socket } from 'node:net';
import type { ErrorCode } from '@sluice/contracts/errors';
import { ServiceError } from '@sluice/messaging/service-error';
import { newId } from '@sluice/runtime/ids';
import { problemOf } from './problem';
import { dataHeaders } from './security-headers';

const codes: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};
const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};
const fields = Object.entries(dataHeaders).map(([name, value]) => `${name}: ${value}\r\n`);

/** Answers what Node's parser refuses and never becomes a request, in the form of every problem, and ends the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const id = newId('req');
  const problem = problemOf(new ServiceError(codes[error.code ?? ''] ?? 'malformed_request'), id);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${reasons[problem.status]}\r\n`,
    ...fields,
    `x-request-id: ${id}\r\n`,
    'content-type: application/problem+json; charset=utf-8\r\n',
    `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`,
  ];
  socket.end(head.join('') + body, () => socket.destroy());
}
