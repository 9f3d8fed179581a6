import type { Address } from '@gristmill/protocol'
import type { Client, SignalReward, VoterReward } from '@gristmill/sdk'
import { type Money, moneyOf } from '../money.js'

/** What an account can claim, and in which money. */
export interface Rewards {
  signals: SignalReward[]
  votes: VoterReward[]
  /** By asset. */
  money: ReadonlyMap<Address, Money>
}

export async function readRewards(client: Client, account: Address): Promise<Rewards> {
  const [signals, votes] = await Promise.all([
    client.signals.rewards({ account }),
    client.curation.rewards({ account }),
  ])
  const assets = [...new Set([...signals, ...votes].map(({ asset }) => asset))]
  const money = new Map(await Promise.all(assets.map(async (asset) => [asset, await moneyOf(client, asset)] as const)))
  return { signals, votes, money }
}

/** Sum by asset, without zeros. */
export function sumsOf({ signals, votes, money }: Rewards): { money: Money; amount: bigint }[] {
  return [...money.values()]
    .map((one) => {
      const ofAsset = [...signals, ...votes].filter(({ asset }) => asset === one.token)
      return { money: one, amount: ofAsset.reduce((sum, { amount }) => sum + amount, 0n) }
    })
    .filter(({ amount }) => amount > 0n)
}
