import { Readable } from 'node:stream';
import { findFormFile } from './form-file';

const TYPE = 'multipart/form-data; boundary=line';
const part = (name: string, text: string, file = name) =>
  `--line\r\ncontent-disposition: form-data; name="${name}"; filename="${file}.csv"\r\ncontent-type: text/csv\r\n\r\n${text}\r\n`;
const field = '--line\r\ncontent-disposition: form-data; name="note"\r\n\r\nhello\r\n';
const END = '--line--\r\n';

/** The form in pieces of a few bytes, as a network may bring it. */
function* inPieces(form: string): Generator<Buffer> {
  for (let at = 0; at < form.length; at += 7) yield Buffer.from(form.slice(at, at + 7));
}

async function read(form: string, type = TYPE): Promise<{ name: string; mediaType: string; text: string }> {
  const { name, mediaType, body } = await findFormFile(type, Readable.from(inPieces(form)));
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return { name, mediaType, text: Buffer.concat(chunks).toString() };
}

describe('the file of a form', () => {
  it('is its part named file, whatever stands before it', async () => {
    const rows = 'a,b\r\n1,2\r\n'.repeat(20_000);
    const read1 = await read(field + part('file', rows, 'rows') + END);
    expect(read1).toEqual({ name: 'rows.csv', mediaType: 'text/csv', text: rows });
  });

  it.each([
    ['has no such part', field + END],
    ['has another file', part('other', 'x') + END],
    ['is empty', ''],
  ])('is refused where the form %s', async (_, form) => {
    await expect(read(form)).rejects.toMatchObject({ code: 'malformed_request' });
  });

  it('is refused where nothing tells the parts from each other', async () => {
    await expect(read(part('file', 'x') + END, 'multipart/form-data')).rejects.toMatchObject({
      code: 'malformed_request',
      detail: 'the form has no boundary',
    });
  });

  it('breaks where the form breaks off: half a file never looks like a whole one', async () => {
    const whole = part('file', 'a,b\r\n'.repeat(1_000));
    await expect(read(whole)).rejects.toMatchObject({ detail: 'the form ends before its file does' });
    await expect(read(whole.slice(0, whole.length / 2))).rejects.toMatchObject({ code: 'malformed_request' });
  });
});
