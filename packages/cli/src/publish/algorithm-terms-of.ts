import type { AlgorithmTerms } from '@gristmill/protocol'
import { ArgumentError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { namedDigest, parseRanges, runtimeOf } from '../policy/allowed-algorithm.js'
import type { Asset } from './asset.js'
import type { PolicyOptions } from './policy-of.js'

export interface AlgorithmOptions {
  asAlgorithm?: true
}

/** Options that say what may leave data. */
const OF_DATA = [
  'policy',
  'label',
  'labelType',
  'algorithm',
  'runs',
  'runsPerSponsor',
  'slot',
  'airlock',
  'minAccuracy',
  'minR2',
] as const

/** What an algorithm is sold as, if the file is one. */
export async function algorithmTermsOf(
  io: Io,
  asset: Asset,
  options: AlgorithmOptions & PolicyOptions,
): Promise<AlgorithmTerms | undefined> {
  if (options.asAlgorithm === undefined) return undefined
  const [path, another] = asset.paths
  if (path === undefined || another !== undefined) throw new ArgumentError('file', 'an algorithm is one file.')
  const named = OF_DATA.find((name) => options[name] !== undefined)
  if (named !== undefined) {
    throw new ArgumentError('--as-algorithm', `lists what runs on the data of others: leave --${named} out.`)
  }
  const { runtime = runtimeOf(path), parameters = '{}' } = options
  return {
    version: 1,
    algorithm: { digest: await namedDigest(io, path), runtime, parameters: parseRanges(parameters) },
  }
}
