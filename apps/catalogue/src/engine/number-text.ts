/** DuckDB writes doubles from here on with an exponent, and below this one. */
const [LARGE, SMALL] = [1e16, 1e-4];

/** Writes a double as DuckDB's cast to a text does: the fewest digits that read back as the same value. */
export function doubleText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= LARGE || size < SMALL)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** Writes a number of units of 10^-scale with all its digits behind the point, as DuckDB's cast of a decimal does. */
export function decimalText(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${units < 0n ? '-' : ''}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ''}`;
}
