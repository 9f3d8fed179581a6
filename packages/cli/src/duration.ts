import { DAY, HOUR, MINUTE } from '@gristmill/protocol'
import { ArgumentError } from './argument-errors.js'

const UNITS: Readonly<Record<string, number>> = { s: 1, m: MINUTE, h: HOUR, d: DAY }

/** Reads `600`, `10m`, `2h` or `3d` as seconds. */
export function parseDuration(argument: string, text: string): number {
  const match = /^(\d{1,10})([smhd]?)$/.exec(text)
  const seconds = match === null ? Number.NaN : Number(match[1]) * (UNITS[match[2] || 's'] as number)
  if (Number.isSafeInteger(seconds)) return seconds
  throw new ArgumentError(argument, `${text} is no duration: write seconds, or 10m, 2h, 3d.`)
}

/** `3 d`, `1 h 30 min`, `no time` */
export function formatDuration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / DAY), 'd'],
    [Math.floor((seconds % DAY) / HOUR), 'h'],
    [Math.floor((seconds % HOUR) / MINUTE), 'min'],
    [seconds % MINUTE, 's'],
  ] as const
  const said = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`)
  return said.length === 0 ? 'no time' : said.slice(0, 2).join(' ')
}

/** `2026-03-01 12:00:00 UTC` */
export function formatInstant(unixSeconds: number): string {
  return `${new Date(unixSeconds * 1_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
