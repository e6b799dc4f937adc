import type { WorkbookProperties } from '@sluice/contracts/catalogue/row-formats';

const SCHEMAS = 'http://schemas.openxmlformats.org';
const OFFICE = `${SCHEMAS}/officeDocument/2006`;
const PACKAGE = `${SCHEMAS}/package/2006`;
const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const MAX_SHEET_NAME_LENGTH = 31;

/** The parts of a workbook beside its sheet and the styles, by their names (ECMA-376 parts 1 and 2). */
export function workbookParts({ title, description }: WorkbookProperties): Record<string, string> {
  return {
    '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
${contentType('xl/workbook', `${SPREADSHEET}.sheet.main`)}\
${contentType('xl/worksheets/sheet1', `${SPREADSHEET}.worksheet`)}\
${contentType('xl/styles', `${SPREADSHEET}.styles`)}\
${contentType('docProps/core', 'application/vnd.openxmlformats-package.core-properties')}\
${contentType('docProps/app', 'application/vnd.openxmlformats-officedocument.extended-properties')}</Types>`,
    '_rels/.rels': relationships(
      [`${OFFICE}/relationships/officeDocument`, 'xl/workbook.xml'],
      [`${PACKAGE}/relationships/metadata/core-properties`, 'docProps/core.xml'],
      [`${OFFICE}/relationships/extended-properties`, 'docProps/app.xml'],
    ),
    'docProps/core.xml': `<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${escaped(title)}</dc:title>\
<dc:description>${escaped(description)}</dc:description></cp:coreProperties>`,
    'docProps/app.xml': `<Properties xmlns="${OFFICE}/extended-properties"><Application>Sluice</Application></Properties>`,
    'xl/workbook.xml': `<workbook xmlns="${SCHEMAS}/spreadsheetml/2006/main" xmlns:r="${OFFICE}/relationships">\
<sheets><sheet name="${escaped(sheetName(title))}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships(
      [`${OFFICE}/relationships/worksheet`, 'worksheets/sheet1.xml'],
      [`${OFFICE}/relationships/styles`, 'styles.xml'],
    ),
  };
}

/** Makes a name that Excel takes: 31 characters, none of `[]:*?/\`, no apostrophe at an end, and not its own word `History`. */
export function sheetName(title: string): string {
  const name = title
    .replaceAll(/[[\]:*?/\\\p{Cc}]/gu, '_')
    .slice(0, MAX_SHEET_NAME_LENGTH)
    .replaceAll(/^'|'$|\p{Surrogate}/gu, '_');
  return name === '' || /^history$/i.test(name) ? `${name}_` : name;
}

function contentType(part: string, type: string): string {
  return `<Override PartName="/${part}.xml" ContentType="${type}+xml"/>`;
}

function relationships(...all: [type: string, target: string][]): string {
  const each = all.map(
    ([type, target], index) => `<Relationship Id="rId${index + 1}" Type="${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${PACKAGE}/relationships">${each.join('')}</Relationships>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\p{Cc}\p{Surrogate}\ufffe\uffff]/gu, '\ufffd');
}
