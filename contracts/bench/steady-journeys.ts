import type { Bench } from './bench.ts'
import type { Journey, Way } from './journey.ts'
import * as curation from './ours/curation.ts'
import * as fairness from './ours/fairness.ts'
import * as funding from './ours/funding.ts'
import { publishListing } from './ours/listings.ts'
import * as purse from './ours/purse.ts'
import * as sales from './ours/sales.ts'
import { metadataOf, publishAsset } from './peer/asset.ts'
import * as jobs from './peer/jobs.ts'
import * as purchases from './peer/purchase.ts'
import { withStandingApprovals } from './peer/states.ts'

/** Every balance slot of both sides is in use. */
export function steadyJourneys({ world, peer, assets, newcomer }: Bench): Journey[] {
  const { plain, enterprise } = assets
  const standing = (buy: Way) => () => withStandingApprovals(peer, assets, buy)
  const withLocks = (count: number, way: Way) => async () => {
    await jobs.openLocks(peer, count)
    return way()
  }
  return [
    {
      name: 'publish',
      target: 160_000,
      ours: () => publishListing(world),
      peer: {
        name: 'createNftWithErc20WithFixedRate + setMetaData, template 2, no metadata but a hash',
        way: async () => (await publishAsset(peer, 2, metadataOf(0))).steps,
      },
    },
    {
      name: 'publish, 3,000 bytes of metadata',
      ours: () => publishListing(world),
      peer: {
        name: 'createNftWithErc20WithFixedRate + setMetaData, template 2, 3,000 bytes in its event',
        way: async () => (await publishAsset(peer, 2, metadataOf(3_000))).steps,
      },
    },
    {
      name: 'place (vault)',
      target: 124_000,
      ours: () => sales.placeFromVault(world),
      peer: {
        name: 'buyDT + startOrder, template 1, standing approval',
        way: standing(() => purchases.buyPlain(peer, plain, 'standing')),
      },
    },
    {
      name: 'place (permit)',
      target: 154_000,
      ours: () => sales.placeByPermit(world),
      peer: {
        name: 'approve + buyDT + startOrder, template 1',
        way: () => purchases.buyPlain(peer, plain, 'exact'),
      },
    },
    {
      name: 'placeMany (10, each)',
      target: 68_000,
      orders: sales.BASKET,
      ours: () => sales.placeBasket(world),
      peer: {
        name: 'buyDT of 10 + startMultipleTokenOrder of 10, template 1, standing approvals',
        way: standing(() => purchases.buyPlain(peer, plain, 'standing', sales.BASKET)),
      },
    },
    { name: 'reveal', target: 45_000, ours: () => fairness.reveal(world) },
    { name: 'complain (1 MiB)', ours: () => fairness.complain(world, fairness.MEBIBYTE) },
    { name: 'complain (1 TiB)', target: 580_000, ours: () => fairness.complain(world, fairness.TEBIBYTE) },
    { name: 'contradict', ours: () => fairness.contradict(world) },
    { name: 'fulfil', target: 45_000, ours: () => sales.fulfil(world) },
    { name: 'deliver', target: 100_000, ours: () => sales.deliver(world) },
    { name: 'settle (1)', target: 100_000, ours: () => sales.settleOne(world) },
    {
      name: 'settle (20 of one listing, each)',
      target: 22_000,
      orders: sales.BATCH,
      ours: () => sales.settleListing(world),
    },
    {
      name: 'settle (20 listings, each)',
      target: 38_000,
      orders: sales.BATCH,
      ours: () => sales.settleListings(world),
    },
    {
      name: 'refund',
      target: 62_000,
      ours: () => sales.refund(world),
      peer: { name: 'cancelExpiredLock, 1 open lock', way: withLocks(1, () => jobs.cancel(peer, 1)) },
    },
    { name: 'flush', ours: () => sales.flush(world) },
    { name: 'fund (vault)', target: 165_000, ours: () => funding.fundFromVault(world, world.patron) },
    { name: 'fund (permit)', target: 195_000, ours: () => funding.fundByPermit(world, world.patron) },
    { name: 'redeem', target: 150_000, ours: () => funding.redeem(world, world.patron.address) },
    { name: 'challenge', ours: () => curation.challenge(world) },
    { name: 'vote', ours: () => curation.vote(world) },
    { name: 'resolve', ours: () => curation.resolve(world) },
    { name: 'resolve, listing removed', ours: () => curation.remove(world) },
    { name: 'claim (part of a bond)', ours: () => curation.claimPart(world) },
    { name: 'signal', ours: () => curation.signal(world) },
    { name: 'claim', ours: () => curation.claim(world) },
    { name: 'create market', ours: () => curation.createMarket(world) },
    {
      name: 'withdraw',
      target: 52_000,
      ours: () => purse.withdraw(world, world.buyer.address),
      peer: { name: 'Escrow.withdraw', way: () => jobs.withdrawFromEscrow(peer) },
    },
    {
      name: 'set-up (vault)',
      ours: () => purse.setUp(world, newcomer),
      peer: { name: 'depositWithPermit + authorize', way: () => jobs.setUpEscrow(peer, newcomer) },
    },
    {
      name: 'place (vault) + deliver',
      ours: () => sales.buyFromVault(world),
      peer: {
        name: 'buyFromFreAndOrder, template 2, standing approval',
        way: standing(() => purchases.buyEnterprise(peer, enterprise, 'standing')),
      },
    },
    {
      name: 'place (permit) + deliver',
      ours: () => sales.buyByPermit(world),
      peer: {
        name: 'approve + buyFromFreAndOrder, template 2',
        way: () => purchases.buyEnterprise(peer, enterprise, 'exact'),
      },
    },
    {
      name: 'place (permit) + deliver, payout collected',
      ours: () => sales.buyByPermit(world),
      peer: {
        name: 'approve + buyDT + startOrder + collectBT, template 1',
        way: async () => [...(await purchases.buyPlain(peer, plain, 'exact')), await purchases.collect(peer, plain)],
      },
    },
    {
      name: 'place (vault), 1 open order',
      ours: () => sales.placeRunFromVault(world),
      peer: { name: 'createLock, 1 open lock', way: withLocks(1, () => jobs.lock(peer, 2)) },
    },
    {
      name: 'reveal + settle (1)',
      ours: () => sales.revealAndSettle(world),
      peer: { name: 'claimLock, 1 open lock', way: withLocks(1, () => jobs.claim(peer, 1)) },
    },
    {
      name: 'reveal + settle (20 of one listing, each)',
      orders: sales.BATCH,
      ours: () => sales.revealAndSettleListing(world),
      peer: { name: 'claimLocks of 20', way: withLocks(sales.BATCH, () => jobs.claimAll(peer, sales.BATCH)) },
    },
  ]
}
