import type { Context } from '../context.js'

/** Rounds that send again what no block takes, and tell the operator once that something is stuck. */
export function tendTransactions({ chain, config, log }: Context): () => Promise<void> {
  let wasStuck = false
  return async () => {
    try {
      await chain.tend()
    } finally {
      const { isStuck, count, ageSeconds } = chain.waiting
      if (isStuck && !wasStuck) {
        const { maxFeeGwei } = config.chain
        log.error(
          { transactions: count, ageSeconds, maxFeeGwei },
          'no block takes a transaction, and those behind it wait: look at the price of gas, DATATRUST_MAX_FEE_GWEI and the node',
        )
      }
      wasStuck = isStuck
    }
  }
}
