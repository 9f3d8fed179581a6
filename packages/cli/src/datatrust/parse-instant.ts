import { ArgumentError } from '../argument-errors.js'

const FORM = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$/

/** Reads `2026-03-01` or `2026-03-01T12:00:00Z` as Unix seconds: of UTC, whatever the machine's clock shows. */
export function parseInstant(argument: string, text: string): number {
  const ms = FORM.test(text) ? Date.parse(text) : Number.NaN
  // February 30 is no day, though a later one would be found for it.
  const isThere = !Number.isNaN(ms) && ms >= 0 && new Date(ms).toISOString().startsWith(text.slice(0, 10))
  if (isThere) return ms / 1_000
  throw new ArgumentError(argument, `${text} is no instant: write it like 2026-03-01 or 2026-03-01T12:00:00Z (UTC).`)
}
