import type { Provider } from 'ethers'
import type { Fees } from './deployment-record.js'

/** Nodes want 10 % more before they replace a waiting transaction. */
const BUMP_PERCENT = 25n

/** What a transaction sent now offers, in the chain's own way; if it is to replace one, more than that one did. */
export async function feesNow(provider: Provider, replaced?: Fees): Promise<Fees> {
  const { gasPrice, maxFeePerGas, maxPriorityFeePerGas } = await provider.getFeeData()
  const [most, tip] = replaced === undefined ? [] : [mostOf(replaced), tipOf(replaced)]
  if (maxFeePerGas === null || maxPriorityFeePerGas === null) return { gasPrice: above(gasPrice ?? 0n, most) }
  return { maxFeePerGas: above(maxFeePerGas, most), maxPriorityFeePerGas: above(maxPriorityFeePerGas, tip) }
}

/** The most that these fees take, wei per gas. */
export const mostOf = (fees: Fees): bigint => ('gasPrice' in fees ? fees.gasPrice : fees.maxFeePerGas)

const tipOf = (fees: Fees): bigint => ('gasPrice' in fees ? fees.gasPrice : fees.maxPriorityFeePerGas)

function above(current: bigint, replaced: bigint | undefined): bigint {
  if (replaced === undefined) return current
  const bumped = replaced + (replaced * BUMP_PERCENT) / 100n + 1n
  return bumped > current ? bumped : current
}
