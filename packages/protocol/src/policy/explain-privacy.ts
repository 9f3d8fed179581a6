import type { Family } from './family.js'
import type { Policy } from './policy.js'
import type { Privacy } from './privacy.js'

/** Epsilon of one run, of all runs of one sponsor, and of all runs, in millionths. */
interface Epsilons {
  run: number
  sponsor: number
  all: number
}

/** What a privacy mode promises about one row, and what it does not. */
export function explainPrivacy(
  { privacy, family }: Pick<Policy, 'privacy' | 'family'>,
  { run, sponsor, all }: Epsilons,
): string[] {
  if (privacy.mode === 'none') {
    return ['No noise is added, so nothing is promised about any one row beyond these bits.']
  }
  return [
    explainMode(privacy, family),
    `Epsilon ${run / 1e6} of a run says how much one row can matter: if one row were another, no result would become more than ${factor(run)} times as likely or as unlikely.`,
    `Epsilons add up: ${sponsor / 1e6} for all runs of one sponsor (${factor(sponsor)} times), ${all / 1e6} for all runs of all (${factor(all)} times), also if they know every other row and put their heads together.`,
    'The promise is for one row, not for a person with many; it is about what is learned from a row, not from all rows together; how many rows there are is no secret. Runs of other listings of the same data count, too. A datatrust attests no listing of the same bytes by the same maker without a privacy mode while this one is open; what left before, of other makers, elsewhere, or of the same rows in another file, is no part of the promise.',
    'When a run ends is no part of epsilon: what the hour of release can tell is among the bits.',
  ]
}

function explainMode(privacy: Exclude<Privacy, { mode: 'none' }>, family: Family): string {
  const clip = privacy.clipMicros / 1e6
  if (privacy.mode === 'sample-aggregate') {
    return `The algorithm runs on each of ${privacy.blocks} parts of the rows; every value is kept from -${clip} to ${clip}, and the average leaves with noise. This holds whatever the algorithm does: a part that fails counts as zeros.`
  }
  if (family === 'histogram') {
    return "The runner's own program counts rows, each once in every column, and the counts leave with noise; no code of the sponsor runs."
  }
  return `The runner's own program learns from rows that are scaled down to a length of at most ${clip}, and what it has learned leaves with noise; no code of the sponsor runs.`
}

/** e^epsilon in words. */
function factor(epsilonMicros: number): string {
  const value = Math.exp(epsilonMicros / 1e6)
  return value < 1e6 ? String(Number(value.toPrecision(3))) : 'over a million'
}
