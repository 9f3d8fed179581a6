import { type Asset, publishAsset } from './asset.ts'
import { setUpEscrow } from './jobs.ts'
import type { Peer } from './peer.ts'
import { approveForEver, buyEnterprise, buyPlain, collect } from './purchase.ts'

/** An asset of each template. */
export interface Assets {
  plain: Asset
  enterprise: Asset
}

/** What the buyer deposits for all jobs of the bench. */
const DEPOSIT = 10n ** 11n

/** Assets are for sale, and nothing was ever sold. */
export async function offerAssets(peer: Peer): Promise<Assets> {
  const { asset: plain } = await publishAsset(peer, 1, new Uint8Array())
  const { asset: enterprise } = await publishAsset(peer, 2, new Uint8Array())
  return { plain, enterprise }
}

/** Every balance slot is in use: both assets sold twice, one collected, and the buyer has money in the escrow. */
export async function reachSteadyState(peer: Peer, { plain, enterprise }: Assets): Promise<void> {
  await buyPlain(peer, plain, 'exact')
  await collect(peer, plain)
  await buyPlain(peer, plain, 'exact')
  await buyEnterprise(peer, enterprise, 'exact')
  await buyEnterprise(peer, enterprise, 'exact')
  await setUpEscrow(peer, peer.world.buyer, DEPOSIT)
}

/** `buy` by a buyer whose approvals stand. */
export async function withStandingApprovals<T>(peer: Peer, assets: Assets, buy: () => Promise<T>): Promise<T> {
  await approveForEver(peer, assets.plain, assets.enterprise)
  return buy()
}
