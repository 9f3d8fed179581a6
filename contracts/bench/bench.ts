import { type Account, openWorld, type World } from '../test/trade/world.ts'
import { backlogJourneys, reachBacklog } from './backlog-journeys.ts'
import { openClockedChain } from './clocked-chain.ts'
import { firstJourneys } from './first-journeys.ts'
import { type Result, walk } from './journey.ts'
import { setUp } from './ours/purse.ts'
import * as ours from './ours/states.ts'
import { setUpEscrow } from './peer/jobs.ts'
import { deployPeer, type Peer } from './peer/peer.ts'
import { type Assets, offerAssets, reachSteadyState } from './peer/states.ts'
import { steadyJourneys } from './steady-journeys.ts'

/** Both sides on one chain, over the same token. */
export interface Bench {
  world: World
  peer: Peer
  assets: Assets
  /** Somebody with tokens in the wallet, and nothing else. */
  newcomer: Account
}

const PURSE = 10n ** 12n

/** Everything there is to measure, once. */
export async function runBench(): Promise<Result[]> {
  const world = await openWorld('TestToken', openClockedChain())
  const newcomer = (await world.chain.ethers.getSigners()).at(-1) as Account
  await world.token.mint(newcomer.address, PURSE)
  const peer = await deployPeer(world)
  const bench = { world, peer, assets: await offerAssets(peer), newcomer }

  await ours.reachFirstState(world)
  const backToFirst = await world.chain.remember()
  const first = await walk(firstJourneys(bench), backToFirst)

  await backToFirst()
  await ours.reachSteadyState(world)
  await setUp(world, newcomer)
  await reachSteadyState(peer, bench.assets)
  await setUpEscrow(peer, newcomer)
  const backToSteady = await world.chain.remember()
  const steady = await walk(steadyJourneys(bench), backToSteady)

  await backToSteady()
  await reachBacklog(bench)
  const backlog = await walk(backlogJourneys(bench), await world.chain.remember())
  return [...steady, ...first, ...backlog]
}
