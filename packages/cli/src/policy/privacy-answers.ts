import type { Privacy } from '@gristmill/protocol'
import { ArgumentError } from '../argument-errors.js'
import type { Answer } from './answer.js'

/** As `privacySchema` of the protocol names them. */
export const PRIVACY_MODES = ['none', 'sample-aggregate', 'trusted-dp'] as const
/** One of `PRIVACY_MODES`. */
export type PrivacyMode = (typeof PRIVACY_MODES)[number]

export interface PrivacyOptions {
  privacy?: PrivacyMode
  epsilon?: string
  clip?: string
  blocks?: string
}

/** Rows of a part that are enough to learn something from, and parts that are enough to hide one row among. */
const [ROWS_A_BLOCK, BLOCKS] = [30, 500]

/** Asks which mode, and only for what that mode has. */
export async function askPrivacy(answer: Answer, options: PrivacyOptions, rows: number): Promise<Privacy> {
  const mode = await answer(
    '--privacy',
    'Noise, so that no single row matters: none, sample-aggregate (any algorithm, on parts of the rows) or trusted-dp (a trainer of the datatrust)',
    options.privacy,
    'none',
  )
  if (!isMode(mode)) throw new ArgumentError('--privacy', `is one of ${PRIVACY_MODES.join(', ')}, not ${mode}.`)
  requireNone(mode, options)
  if (mode === 'none') return { mode }
  const epsilon = await answer('--epsilon', 'Epsilon of one run: the smaller, the more noise', options.epsilon, '1')
  const clip = await answer(
    '--clip',
    mode === 'trusted-dp'
      ? 'Length that rows are scaled down to, numbers counted from 0 to 1'
      : 'Largest value of a model, either way, before noise is added',
    options.clip,
    '1',
  )
  const common = { epsilonMicros: parseAmount('--epsilon', epsilon), clipMicros: parseAmount('--clip', clip) }
  if (mode === 'trusted-dp') return { mode, ...common }
  const fallback = Math.min(BLOCKS, Math.max(2, Math.floor(rows / ROWS_A_BLOCK)))
  const blocks = await answer('--blocks', `Parts of the ${rows} rows`, options.blocks, String(fallback))
  return { mode, ...common, blocks: parseBlocks(blocks) }
}

const isMode = (text: string): text is PrivacyMode => (PRIVACY_MODES as readonly string[]).includes(text)

/** An option that the mode does not have would promise what nothing keeps. */
function requireNone(mode: PrivacyMode, { epsilon, clip, blocks }: PrivacyOptions): void {
  const others = { '--blocks': mode === 'sample-aggregate' ? undefined : blocks }
  const noise = mode === 'none' ? { '--epsilon': epsilon, '--clip': clip } : {}
  for (const [flag, given] of Object.entries({ ...noise, ...others })) {
    if (given !== undefined) throw new ArgumentError(flag, `means nothing with --privacy ${mode}: leave it out.`)
  }
}

/** `0.5` as millionths; from 0.000001 to 1000. */
function parseAmount(flag: string, text: string): number {
  const micros = /^\d{1,4}(\.\d{1,6})?$/.test(text) ? Math.round(Number(text) * 1e6) : 0
  if (micros >= 1 && micros <= 1_000_000_000) return micros
  throw new ArgumentError(flag, `${text} is not from 0.000001 to 1000: write it like 0.5.`)
}

function parseBlocks(text: string): number {
  const blocks = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (blocks >= 2 && blocks <= 100_000) return blocks
  throw new ArgumentError('--blocks', `${text} is no number of parts from 2 to 100000: write it like 500.`)
}
