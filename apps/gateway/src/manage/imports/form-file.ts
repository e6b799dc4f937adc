import { PassThrough, pipeline, type Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { HttpProblem } from '../../http/problem';

/** Bounds of a form; other parts are read over. */
const LIMITS = { files: 1, fields: 10 };

/** One file of a form, unread. */
export interface FormFile {
  name: string;
  mediaType: string;
  body: AsyncIterable<Uint8Array>;
}

/** Finds the part `file` of a form (RFC 7578) as it comes; a form that breaks off breaks its file, which never looks whole. */
export function findFormFile(contentType: string, form: Readable): Promise<FormFile> {
  return new Promise((resolve, reject) => {
    const parser = parserOf(contentType);
    parser.on('file', (part, file, name, _encoding, mediaType) => {
      // The parser's own stream forgets errors that nobody listens to at that moment; this one keeps them.
      const body = new PassThrough();
      pipeline(file, body, () => {});
      if (part === 'file') resolve({ name, mediaType, body: whole(body) });
      else body.resume();
    });
    pipeline(form, parser, () => reject(malformed('the form needs a part named file')));
  });
}

function parserOf(contentType: string) {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS });
  } catch {
    throw malformed('the form has no boundary');
  }
}

async function* whole(body: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch {
    throw malformed('the form ends before its file does');
  }
}

function malformed(detail: string): HttpProblem {
  return new HttpProblem('malformed_request', { detail });
}
