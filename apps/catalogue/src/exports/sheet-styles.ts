/** The formats of cells, by their place in `cellXfs`; those of decimals follow by their scale. */
export const cellFormats = {
  text: 1,
  header: 2,
  integer: 3,
  date: 4,
  datetime: 5,
  preciseDatetime: 6,
  time: 7,
  preciseTime: 8,
} as const;

const FIRST_DECIMAL = 9;
/** Excel shows no more digits behind the point. */
const MAX_SHOWN_DIGITS = 30;
/** The first id that is free for formats of one's own (ECMA-376 part 1, 18.8.30). */
const FIRST_OWN = 164;
/** Numbers as they are, text, digits without a point. */
const [GENERAL, TEXT, DIGITS] = [0, 49, 1];

const own = [
  'yyyy-mm-dd',
  'yyyy-mm-dd hh:mm:ss',
  'yyyy-mm-dd hh:mm:ss.000',
  'hh:mm:ss',
  'hh:mm:ss.000',
  ...Array.from({ length: MAX_SHOWN_DIGITS + 1 }, (_, scale) => (scale === 0 ? '0' : `0.${'0'.repeat(scale)}`)),
];

/** Gives the format that shows all digits of a decimal. */
export function decimalFormat(scale: number): number {
  return FIRST_DECIMAL + Math.min(scale, MAX_SHOWN_DIGITS);
}

const cell = (id: number, more = '') => `<xf numFmtId="${id}" fontId="0" fillId="0" borderId="0" xfId="0"${more}/>`;
const formatted = (id: number) => cell(id, ' applyNumberFormat="1"');

/** `xl/styles.xml`, the same for all sheets. */
export const stylesXml = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">\
<numFmts count="${own.length}">\
${own.map((code, index) => `<numFmt numFmtId="${FIRST_OWN + index}" formatCode="${code}"/>`).join('')}</numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="${own.length + 4}">\
${cell(GENERAL)}${formatted(TEXT)}\
<xf numFmtId="${TEXT}" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>\
${formatted(DIGITS)}${own.map((_, index) => formatted(FIRST_OWN + index)).join('')}</cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>`;
