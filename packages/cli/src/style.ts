import { styleText } from 'node:util'
import type { Io, Sink } from './io.js'

type Format = Parameters<typeof styleText>[0]

/** Colours `text` for `sink` where it is a terminal; `NO_COLOR` and `FORCE_COLOR` decide before that. */
export function style({ env }: Pick<Io, 'env'>, sink: Sink, format: Format, text: string): string {
  return hasColours(env, sink) ? styleText(format, text, { validateStream: false }) : text
}

function hasColours(env: Io['env'], sink: Sink): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return env.FORCE_COLOR !== '0'
  return sink.isTTY === true && env.TERM !== 'dumb'
}
