import type { Bench } from './bench.ts'
import type { Journey } from './journey.ts'
import * as funding from './ours/funding.ts'
import { publishFirstListing } from './ours/listings.ts'
import * as purse from './ours/purse.ts'
import * as sales from './ours/sales.ts'
import { metadataOf, publishAsset } from './peer/asset.ts'
import * as jobs from './peer/jobs.ts'
import { deployPeer } from './peer/peer.ts'
import * as purchases from './peer/purchase.ts'
import { withStandingApprovals } from './peer/states.ts'

/** Nothing was ever sold, and whoever is paid was never paid before: every slot of the way is a new one. */
export function firstJourneys({ world, peer, assets, newcomer }: Bench): Journey[] {
  const { plain } = assets
  const standing = (count: number) => () =>
    withStandingApprovals(peer, assets, () => purchases.buyPlain(peer, plain, 'standing', count))
  return [
    {
      name: 'publish first',
      ours: () => publishFirstListing(world),
      peer: {
        name: 'createNftWithErc20WithFixedRate + setMetaData, template 2, no metadata but a hash',
        way: async () => (await publishAsset(await deployPeer(world), 2, metadataOf(0))).steps,
      },
    },
    {
      name: 'place (vault) first',
      ours: () => sales.placeFromVault(world),
      peer: { name: 'buyDT + startOrder, template 1, standing approval', way: standing(1) },
    },
    {
      name: 'place (permit) first',
      ours: () => sales.placeByPermit(world),
      peer: {
        name: 'approve + buyDT + startOrder, template 1',
        way: () => purchases.buyPlain(peer, plain, 'exact'),
      },
    },
    {
      name: 'placeMany (10, each) first',
      orders: sales.BASKET,
      ours: () => sales.placeBasket(world),
      peer: {
        name: 'buyDT of 10 + startMultipleTokenOrder of 10, template 1, standing approvals',
        way: standing(sales.BASKET),
      },
    },
    { name: 'deliver first', ours: () => sales.deliver(world) },
    { name: 'settle (1) first', ours: () => sales.settleOne(world) },
    {
      name: 'settle (20 of one listing, each) first',
      orders: sales.BATCH,
      ours: () => sales.settleListing(world),
    },
    {
      name: 'settle (20 listings, each) first',
      orders: sales.BATCH,
      ours: () => sales.settleListingsFirst(world),
    },
    {
      name: 'refund first',
      ours: () => sales.refundFirst(world),
      peer: { name: 'cancelExpiredLock, 1 open lock', way: () => jobs.cancelFirst(peer) },
    },
    { name: 'fund (vault) first', ours: () => funding.fundFromVault(world, world.other) },
    { name: 'fund (permit) first', ours: () => funding.fundByPermit(world, world.other) },
    { name: 'redeem first', ours: () => funding.redeem(world, newcomer.address) },
    {
      name: 'withdraw first',
      ours: () => purse.withdrawToNewWallet(world),
      peer: { name: 'Escrow.withdraw', way: () => jobs.withdrawToEmptyWallet(peer) },
    },
    {
      name: 'set-up (vault) first',
      ours: () => purse.setUp(world, newcomer),
      peer: { name: 'depositWithPermit + authorize', way: () => jobs.setUpEscrow(peer, newcomer) },
    },
  ]
}
