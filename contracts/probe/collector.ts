import type { HardhatPlugin } from 'hardhat/types/plugins'

declare global {
  var probeWords: Set<bigint> | undefined
}

/**
 * Words that the probe sent to the collector in this process. Hardhat loads this file by way of its configuration and vitest
 * by way of its own loader: two modules, one set.
 */
globalThis.probeWords ??= new Set<bigint>()
export const seen = globalThis.probeWords

const SWITCH = '0x00000000000000000000000000000000004D7574'

/** Code that returns one word. */
const returnWord = (word: bigint): string => `0x7f${word.toString(16).padStart(64, '0')}5f5260205ff3`

/** Collects what EDR reports of the probe, and turns a mutant on in every chain. */
export const collector: HardhatPlugin = {
  id: 'probe-collector',
  hookHandlers: {
    network: async () => ({
      default: async () => ({
        onCoverageData: async (_context, words) => {
          for (const word of words) seen.add(BigInt(`0x${word}`))
        },
        newConnection: async (context, next) => {
          const connection = await next(context)
          const mutant = BigInt(process.env.GRISTMILL_MUTANT ?? 0)
          await connection.provider.request({ method: 'hardhat_setCode', params: [SWITCH, returnWord(mutant)] })
          return connection
        },
      }),
    }),
  },
}
