import { pipeline, type Readable, type Transform } from 'node:stream';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { Negotiator } from '@fastify/accept-negotiator';

export type ContentCoding = 'br' | 'zstd' | 'gzip' | 'identity';

// Level 4 costs a tenth of the highest and gives most of its gain: answers are packed once and sent often.
const brotliOptions = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } };
/** Node 20 has no zstd, nor do the types that fit it. */
const { zstdCompress, createZstdCompress } = zlib as Partial<{
  zstdCompress: typeof zlib.gzip;
  createZstdCompress: () => Transform;
}>;
const compressors: Partial<Record<ContentCoding, (body: Buffer) => Promise<Buffer>>> = {
  br: (body) => promisify(zlib.brotliCompress)(body, brotliOptions),
  gzip: (body) => promisify(zlib.gzip)(body),
  ...(zstdCompress && { zstd: (body: Buffer) => promisify(zstdCompress)(body) }),
};
const coders: Partial<Record<ContentCoding, () => Transform>> = {
  br: () => zlib.createBrotliCompress(brotliOptions),
  gzip: () => zlib.createGzip(),
  ...(createZstdCompress && { zstd: createZstdCompress }),
};
const offered: ContentCoding[] = (['br', 'zstd', 'gzip', 'identity'] as const).filter(
  (coding) => coding === 'identity' || coding in compressors,
);
const negotiator = new Negotiator<ContentCoding>({ supportedValues: offered });
const gzipNegotiator = new Negotiator<ContentCoding>({ supportedValues: ['gzip', 'identity'] });

/** Smaller bodies fit into one packet anyway. */
export const MIN_PACKED_BYTES = 1024;

/** Chooses the coding that the caller likes best (RFC 9110 section 12.5.3); `identity` when none of ours is acceptable. */
export function chooseCoding(acceptEncoding: string | string[] | undefined): ContentCoding {
  const header = Array.isArray(acceptEncoding) ? acceptEncoding.join(',') : acceptEncoding;
  return (header && negotiator.negotiate(header)) || 'identity';
}

/** Tells whether a stream may be packed as it passes. */
export function acceptsGzip(acceptEncoding: string | string[] | undefined): boolean {
  const header = Array.isArray(acceptEncoding) ? acceptEncoding.join(',') : acceptEncoding;
  return header !== undefined && gzipNegotiator.negotiate(header) === 'gzip';
}

/** Packs a stream as it passes. A failure on the way reaches the end of it. */
export function encodeStream(body: Readable, coding: ContentCoding): Readable {
  const coder = coders[coding]?.();
  return coder ? pipeline(body, coder, () => {}) : body;
}

/** Packs a body in a coding. */
export async function encode(body: Buffer, coding: ContentCoding): Promise<Buffer> {
  return (await compressors[coding]?.(body)) ?? body;
}
