/** A measured number with as many significant digits as asked for, the zeros among them too: `6.00` was measured, `6` counted. */
export function significant(value: number, digits: number): string {
  return value.toLocaleString('en', {
    minimumSignificantDigits: digits,
    maximumSignificantDigits: digits,
    useGrouping: false,
  })
}
