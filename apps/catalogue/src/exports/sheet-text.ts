import type { Field } from '@sluice/contracts/fields';
import { utcText } from '../engine/json-text';
import { quoted } from '../engine/sql';
import { cellFormats, decimalFormat } from './sheet-styles';

/** Digits that a spreadsheet keeps of a number; its numbers are doubles. */
const DIGITS = 15;
/** Doubles that Excel takes for what they are: smaller ones become 0, larger ones an error. */
const [SMALLEST, LARGEST] = ['2.2250738585072014e-308', '9.99999999999999e307'];
/** What no XML holds, and what a reader would take for an escape of that (ECMA-376 part 1, 22.9.2.19). CR would become LF. */
const NO_XML = '[\\x00-\\x08\\x0b-\\x1f\\x{fffe}\\x{ffff}]';
const ESCAPED = '_x[0-9A-Fa-f]{4}_';
const DAY_MS = 86_400_000;
/** Day 0 is 1899-12-30, as Excel took 1900 for a leap year; before March of that year it is the day after. */
const EPOCH = "DATE '1899-12-30'";
const EPOCH_DAYS = 25_569;

/** The SQL of a row as an element of a sheet. Cells follow each other without their addresses, which say nothing more. */
export function sheetRow(fields: readonly Field[]): string {
  return `concat('<row>', ${fields.map((field) => `coalesce(${sheetCell(field)}, '<c/>')`).join(', ')}, '</row>')`;
}

/** Values that a spreadsheet cannot hold to the last digit stand there as texts. Texts are never formulas. */
function sheetCell({ name, type, scale = 0 }: Field): string {
  const sql = quoted(name);
  const plain = `${sql}::VARCHAR`;
  switch (type) {
    case 'text':
    case 'json':
      return textCell(xmlText(sql));
    case 'boolean':
      return `'<c t="b"><v>' || ${sql}::INTEGER || '</v></c>'`;
    case 'integer':
      return oneOf(sql, plain, [[`abs(${sql}::HUGEINT) < 1e${DIGITS}::HUGEINT`, plain, cellFormats.integer]]);
    case 'decimal':
      return oneOf(sql, plain, [[hasFewDigits(sql, scale), plain, decimalFormat(scale)]]);
    case 'number':
      return oneOf(sql, plain, [
        [`${sql} = 0 OR abs(${sql}) BETWEEN ${SMALLEST}::DOUBLE AND ${LARGEST}::DOUBLE`, plain, 0],
      ]);
    case 'date':
      return oneOf(sql, plain, [
        [`${sql} BETWEEN DATE '1900-03-01' AND DATE '9999-12-31'`, `${sql} - ${EPOCH}`, cellFormats.date],
        [`${sql} BETWEEN DATE '1900-01-01' AND DATE '1900-02-28'`, `${sql} - ${EPOCH} - 1`, cellFormats.date],
      ]);
    case 'datetime':
      return momentCell(sql);
    case 'time':
      return clockCell(sql);
  }
}

/** Moments are in UTC; sheets know no zones. */
function momentCell(sql: string): string {
  const isWhole = `epoch_us(${sql}) % 1000 = 0`;
  const serial = (days: number) => `(epoch_us(${sql}) // 1000)::DOUBLE / ${DAY_MS} + ${days}`;
  const format = byFraction(sql, cellFormats.datetime, cellFormats.preciseDatetime);
  const inYears = `${sql} >= TIMESTAMP '1900-03-01' AND ${sql} < TIMESTAMP '10000-01-01'`;
  const inFirstMonths = `${sql} >= TIMESTAMP '1900-01-01' AND ${sql} < TIMESTAMP '1900-03-01'`;
  return oneOf(sql, utcText(sql), [
    [`${inYears} AND ${isWhole}`, serial(EPOCH_DAYS), format],
    [`${inFirstMonths} AND ${isWhole}`, serial(EPOCH_DAYS - 1), format],
  ]);
}

function clockCell(sql: string): string {
  const isPlain = `epoch_us(${sql}) % 1000 = 0 AND ${sql} < TIME '24:00:00'`;
  const serial = `(epoch_us(${sql}) // 1000)::DOUBLE / ${DAY_MS}`;
  return oneOf(sql, `${sql}::VARCHAR`, [[isPlain, serial, byFraction(sql, cellFormats.time, cellFormats.preciseTime)]]);
}

/** Shows milliseconds where there are some. */
function byFraction(sql: string, whole: number, precise: number): string {
  return `CASE WHEN epoch_us(${sql}) % 1000000 = 0 THEN ${whole} ELSE ${precise} END`;
}

/** A number with its cell format where a condition holds, else the value as a text. Null for null. */
function oneOf(sql: string, text: string, numbers: [when: string, number: string, format: number | string][]): string {
  const cells = numbers.map(([when, number, format]) => {
    return `WHEN ${when} THEN concat('<c s="', ${format}, '"><v>', ${number}, '</v></c>')`;
  });
  return `CASE WHEN ${sql} IS NULL THEN NULL ${cells.join(' ')} ELSE ${textCell(text)} END`;
}

function textCell(text: string): string {
  return `'<c s="${cellFormats.text}" t="inlineStr"><is><t xml:space="preserve">' || ${text} || '</t></is></c>'`;
}

function hasFewDigits(sql: string, scale: number): string {
  const whole = DIGITS - scale;
  const bound = whole >= 0 ? `1${'0'.repeat(whole)}` : `0.${'0'.repeat(-whole - 1)}1`;
  return `${sql} > -${bound}::DECIMAL(38, ${scale}) AND ${sql} < ${bound}::DECIMAL(38, ${scale})`;
}

function xmlText(sql: string): string {
  const xml = `replace(replace(replace(${sql}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')`;
  const character = `CASE WHEN regexp_matches(c, '${NO_XML}') THEN format('_x{:04X}_', ord(c)) ELSE c END`;
  const characters = `regexp_extract_all(replace(${xml}, '_x', '_x005F_x'), '(?s).')`;
  const rewritten = `array_to_string(list_transform(${characters}, lambda c: ${character}), '')`;
  return `CASE WHEN regexp_matches(${sql}, '${NO_XML}|${ESCAPED}') THEN ${rewritten} ELSE ${xml} END`;
}
