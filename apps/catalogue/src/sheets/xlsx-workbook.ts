import { posix } from 'node:path';
import type { ZipFile } from '../archives/zip-file';
import { type DateKind, dateKindOf } from './date-format';
import { scanPart } from './scan-part';
import type { XmlSink } from './xml-scanner';

interface XlsxSheet {
  name: string;
  part: string;
  isHidden: boolean;
}

/** What the cells of a workbook of Office Open XML have in common. */
export interface XlsxWorkbook {
  sheets: XlsxSheet[];
  is1904: boolean;
  /** What the numbers of each cell format are. */
  dateKinds: (DateKind | null)[];
  sharedTexts: string | undefined;
}

interface Relation {
  id: string;
  /** The last word of its type: the rest differs between the two kinds of Office Open XML. */
  kind: string;
  part: string;
}

type Opened = XmlSink['open'];

/** Hears of the elements only. */
class Elements implements XmlSink {
  readonly wantsText = false;
  constructor(
    readonly open: Opened,
    readonly close: (name: string) => void = () => {},
  ) {}
  text(): void {}
}

/** Reads what a workbook consists of. Sheets of charts and macros hold no cells. */
export async function readWorkbook(zip: ZipFile): Promise<XlsxWorkbook> {
  const [main] = (await relationsOf(zip, '')).filter(({ kind }) => kind === 'officeDocument');
  const part = main?.part ?? 'xl/workbook.xml';
  const found: { name: string; id: string; isHidden: boolean }[] = [];
  let is1904 = false;
  const elements = new Elements((name, tag) => {
    if (name === 'workbookPr') is1904 = /^(1|true|on)$/.test(tag.value('date1904') ?? '');
    if (name !== 'sheet') return;
    const state = tag.value('state') ?? 'visible';
    found.push({
      name: tag.value('name') ?? '',
      id: tag.value('id') ?? '',
      isHidden: state !== 'visible',
    });
  });
  await scanPart(zip, part, elements);
  const relations = await relationsOf(zip, part);
  const sheets = found.flatMap(({ name, id, isHidden }) => {
    const relation = relations.find((each) => each.id === id);
    return relation && relation.kind !== 'worksheet'
      ? []
      : [{ name, isHidden, part: relation?.part ?? `(sheet ${name})` }];
  });
  const partOf = (kind: string) => relations.find((each) => each.kind === kind)?.part;
  return {
    sheets,
    is1904,
    dateKinds: await readDateKinds(zip, partOf('styles')),
    sharedTexts: partOf('sharedStrings'),
  };
}

async function relationsOf(zip: ZipFile, part: string): Promise<Relation[]> {
  const directory = posix.dirname(part);
  const path = posix.join(directory, '_rels', `${posix.basename(part)}.rels`);
  const relations: Relation[] = [];
  if (zip.find(path) === undefined) return relations;
  const elements = new Elements((name, tag) => {
    if (name !== 'Relationship' || tag.value('TargetMode') === 'External') return;
    const target = tag.value('Target') ?? '';
    relations.push({
      id: tag.value('Id') ?? '',
      kind: (tag.value('Type') ?? '').split('/').at(-1) ?? '',
      part: target.startsWith('/') ? target.slice(1) : posix.join(directory, target),
    });
  });
  await scanPart(zip, path, elements);
  return relations;
}

/** Only the formats of cells count, not those that styles are named after. */
async function readDateKinds(zip: ZipFile, part: string | undefined): Promise<(DateKind | null)[]> {
  const formats = new Map<number, string>();
  const ids: number[] = [];
  let inCells = false;
  const open: Opened = (name, tag) => {
    if (name === 'numFmt') formats.set(Number(tag.value('numFmtId')), tag.value('formatCode') ?? '');
    else if (name === 'cellXfs') inCells = true;
    else if (name === 'xf' && inCells) ids.push(Number(tag.value('numFmtId') ?? 0));
  };
  const close = (name: string) => {
    if (name === 'cellXfs') inCells = false;
  };
  if (part !== undefined && zip.find(part) !== undefined) await scanPart(zip, part, new Elements(open, close));
  return ids.map((id) => dateKindOf(id, formats.get(id)));
}
