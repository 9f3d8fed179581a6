const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const NOT_FINITE = /^[+-]?(?:nan|inf|infinity)$/i

/** The number that a text spells in decimal; undefined if it spells none or one beyond doubles. */
export function parseDecimal(text: string): number | undefined {
  if (text.length > 64 || !DECIMAL.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** True if a text spells a number that is not finite, or too large for a double. */
export function isNotFinite(text: string): boolean {
  return NOT_FINITE.test(text) || (DECIMAL.test(text) && !Number.isFinite(Number(text)))
}
