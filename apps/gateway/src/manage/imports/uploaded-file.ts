import { Readable } from 'node:stream';
import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../../http/problem';
import { findFormFile } from './form-file';
import { readUploadOptions, type UploadQuery } from './upload-options';

/** Finds the file of a request, as its body or as the part `file` of a form, unread. */
export async function findUploadedFile(
  request: FastifyRequest,
  query: UploadQuery,
): Promise<{ options: ImportOptions; body: AsyncIterable<Uint8Array> }> {
  const contentEncoding = request.headers['content-encoding'];
  const contentType = request.headers['content-type'] ?? '';
  if (!(request.body instanceof Readable))
    throw new HttpProblem('malformed_request', { detail: 'the body is the file' });
  if (/^multipart\//i.test(contentType)) {
    const { name, mediaType, body } = await findFormFile(contentType, request.body);
    return { options: readUploadOptions(query, { contentType: mediaType, contentEncoding, fileName: name }), body };
  }
  return { options: readUploadOptions(query, { contentType, contentEncoding }), body: request.body };
}
