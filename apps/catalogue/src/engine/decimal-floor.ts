import { decimalText } from './number-text';

const DECIMAL_DIGITS = 38;

/**
 * The greatest value of a decimal column that is not above a number in canonical text (`-12.345`), and whether it is
 * the number itself; `above` and `below` where the number lies beyond everything that the column can hold.
 */
export function decimalFloor(text: string, scale: number): { text: string; exact: boolean } | 'above' | 'below' {
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = (negative ? text.slice(1) : text).split('.');
  const kept = BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'));
  const exact = /^0*$/.test(fraction.slice(scale));
  const units = negative ? -kept - (exact ? 0n : 1n) : kept;
  if (units >= 10n ** BigInt(DECIMAL_DIGITS)) return 'above';
  if (units <= -(10n ** BigInt(DECIMAL_DIGITS))) return 'below';
  return { text: decimalText(units, scale), exact };
}
