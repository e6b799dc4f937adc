import type { XmlTag } from './xml-tag';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DATE = /^-?\d{4,}-\d\d-\d\d(T\d\d:\d\d:\d\d([.,]\d+)?)?$/;
const DURATION = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?$/;

/** What a text that is no duration counts as: it stays a text. */
const NO_DURATION = ['', '24'];

/** The value of a cell as JSON; `error` where it holds one, null where it is empty, undefined where its text is the value. */
export function odsValue(tag: XmlTag): string | null | undefined {
  if (tag.value('calcext:value-type') === 'error') return 'error';
  switch (tag.value('office:value-type')) {
    case 'float':
    case 'percentage':
    case 'currency':
      return numberJson(tag.value('office:value') ?? '');
    case 'date':
      return dateJson(tag.value('office:date-value') ?? '');
    case 'time':
      return timeJson(tag.value('office:time-value') ?? '');
    case 'boolean':
      return tag.value('office:boolean-value') === 'true' ? 'true' : 'false';
    default:
      return textOf(tag.value('office:string-value'));
  }
}

function numberJson(value: string): string | null {
  return NUMBER.test(value) ? value : textJson(value);
}

function dateJson(value: string): string | null {
  return textJson(
    DATE.test(value)
      ? value
          .replace(/T00:00:00([.,]0+)?$/, '')
          .replace(',', '.')
          .replace(/(\.\d{6})\d+$/, '$1')
      : value,
  );
}

/** A duration of less than a day is a time of the day; a longer one stays as it is written. */
function timeJson(value: string): string | null {
  const [, hours = '0', minutes = '0', seconds = '0', fraction = ''] = DURATION.exec(value) ?? NO_DURATION;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return textJson(value);
  const clock = [hours, minutes, seconds].map((part) => part.padStart(2, '0').slice(-2)).join(':');
  const digits = fraction.replace(/0+$/, '').slice(0, 6);
  return `"${clock}${digits === '' ? '' : `.${digits}`}"`;
}

export function textJson(text: string): string | null {
  return text === '' ? null : JSON.stringify(text);
}

function textOf(written: string | undefined): string | null | undefined {
  return written === undefined ? undefined : textJson(written);
}
