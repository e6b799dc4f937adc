import { Readable } from 'node:stream';
import type { ImportOptions } from '@sluice/contracts/imports';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';
import { type UploadQuery, uploadOptions } from './upload-options';

/** The file of a request, as its body or as the part `file` of a form, unread. */
export async function uploadedFile(
  request: FastifyRequest,
  query: UploadQuery,
): Promise<{ options: ImportOptions; body: AsyncIterable<Uint8Array> }> {
  const contentEncoding = request.headers['content-encoding'];
  if (request.isMultipart()) {
    const part = await request.file();
    if (part?.fieldname !== 'file') throw new HttpProblem('malformed_request', 'the form needs a part named file');
    const options = uploadOptions(query, { contentType: part.mimetype, contentEncoding, fileName: part.filename });
    return { options, body: part.file };
  }
  const options = uploadOptions(query, { contentType: request.headers['content-type'] ?? '', contentEncoding });
  if (!(request.body instanceof Readable)) throw new HttpProblem('malformed_request', 'the body is the file');
  return { options, body: request.body };
}
