import { id } from 'ethers'
import { by } from '../../test/trade/contracts.ts'
import { CONFIG, FROM_WALLET } from '../../test/trade/terms.ts'
import { type Account, contentOf, prepareListing, publish, type World } from '../../test/trade/world.ts'
import { type Step, step } from '../step.ts'
import type { OfListing } from './orders-in.ts'

/** A listing of new content, its bond from the maker's Vault balance. */
export async function publishListing(world: World): Promise<Step[]> {
  const { args } = await prepareListing(world, { salt: id('another listing'), content: contentOf('another dataset') })
  return [await step('maker: Listings.publish', by(world.maker, world.listings).publish(...args))]
}

/** The same where no bond is held yet. */
export async function publishFirstListing(world: World): Promise<Step[]> {
  const { maker, listings, chain } = world
  await by(maker, listings).exit(world.listing)
  await chain.wait(CONFIG.exitDelaySeconds + 1n)
  await by(maker, listings).returnBond(world.listing)
  return publishListing(world)
}

/** A listing of the same content by each of `makers`, open for orders; bonds come from their wallets. */
export async function publishForEach(world: World, makers: readonly Account[]): Promise<OfListing[]> {
  const published: OfListing[] = []
  for (const [i, maker] of makers.entries()) {
    await world.token.mint(maker.address, CONFIG.listingBond)
    await by(maker, world.token).approve(world.listings.target, CONFIG.listingBond)
    const listing = await publish(world, { maker, salt: id(`listing ${i}`), payment: FROM_WALLET })
    published.push({ listing, maker: maker.address })
  }
  await world.chain.wait(CONFIG.activationSeconds)
  return published
}
