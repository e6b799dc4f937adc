import { open } from 'node:fs/promises';
import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import { refuseFile } from '../sources/file-refused';
import type { TextOptions } from '../sources/open-stager';
import type { StageProgress } from '../sources/staged-file';
import { Staging } from '../sources/staging';
import { decodeFile, settleEncoding } from './broken-utf8';
import type { ReceivedFile } from './received-file';
import { type encodingAtBegin, encodingOf, Utf8Normaliser } from './text-encoding';
import { writeAll } from './write-all';

/** So much of a text is shown to those who decide how it is read. */
const SHOWN_CHARS = 4_000;

/** Writes a text to `path` in UTF-8, and takes it apart meanwhile as far as its beginning tells how. */
export async function receiveText(
  chunks: AsyncGenerator<Buffer>,
  path: string,
  text: TextOptions,
  shown: ReturnType<typeof encodingAtBegin>,
  progress: StageProgress,
): Promise<ReceivedFile> {
  const { format: kind, reading } = text;
  // A byte order mark is proof; what was said comes next.
  const said = reading.encoding === undefined || shown?.isMarked ? undefined : encodingOf(reading.encoding);
  const encoding = said ?? shown?.encoding ?? 'utf-8';
  const normaliser = new Utf8Normaliser(encoding);
  const staging = await Staging.open(`${path}.as-it-comes`, text, progress);
  // What is decoded on the way could not be read in another encoding any more.
  const raw = encoding === 'utf-8' ? path : `${path}.raw`;
  let begin = '';
  try {
    const [file, untouched] = await Promise.all([open(path, 'wx'), raw === path ? null : open(raw, 'wx')]);
    try {
      const write = async (bytes: Buffer) => {
        await writeAll(file, bytes);
        if (begin.length < SHOWN_CHARS) begin = (begin + bytes.toString()).slice(0, SHOWN_CHARS);
        // A file that is not UTF-8 will be read once more, in another encoding.
        if (normaliser.valid) await staging.push(bytes);
      };
      for await (const chunk of chunks) {
        await write(normaliser.push(chunk));
        if (untouched) await writeAll(untouched, chunk);
      }
      await write(normaliser.end());
    } finally {
      await Promise.all([file.close(), untouched?.close()]);
    }
    if (normaliser.valid) {
      const warnings = shown && !shown.isMarked && !said ? [withoutMark(shown.encoding)] : [];
      return { path, kind, warnings, raw, begin, staged: (await staging.end(path)) ?? undefined };
    }
  } finally {
    await staging.close();
  }
  if (reading.strict) refuseFile('invalid_encoding', 'The file is not valid UTF-8.');
  const settled = await settleEncoding(path, said !== undefined);
  const decoded = `${path}.utf8`;
  await decodeFile(path, decoded, settled.encoding);
  return { path: decoded, kind, warnings: [settled.warning], raw: path, begin: await beginOf(decoded) };
}

async function beginOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SHOWN_CHARS), 0, SHOWN_CHARS, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function withoutMark(encoding: string): ImportWarning {
  const detail = `The file has no byte order mark; it was read as ${encoding.toUpperCase()}.`;
  return { code: 'encoding_guessed', detail, option: 'encoding' };
}
