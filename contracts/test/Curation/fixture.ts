import { getActors } from '../support/actors.ts'
import { ethers, loadFixture, passSeconds, type Signer, setNextTimestamp } from '../support/chain.ts'
import type { Contract } from '../support/contract.ts'
import { CONFIG, DAY, SHARE, UNIT } from '../support/defaults.ts'
import { createMarket, deployStack, deposit } from '../support/deploy.ts'
import { FROM_VAULT } from '../support/payment.ts'
import { publish } from '../support/trade.ts'

export const POLL_SECONDS = Number(CONFIG.pollSeconds)
export const BOND = CONFIG.challengeBond
export const STATUS = { OPEN: 0n, PASSED: 1n, REJECTED: 2n, NO_QUORUM: 3n, LAPSED: 4n } as const

/** Shares of who may vote: 1,000 together, of which 40 are a quorum; `eve` has none. */
export const HELD = {
  ann: 460n * SHARE + 1n,
  bob: 300n * SHARE,
  cat: 160n * SHARE,
  dan: 40n * SHARE,
  fay: 40n * SHARE - 1n,
} as const
/** All that can vote. */
export const VOTERS = 1_000n * SHARE

async function deploy() {
  const actors = await getActors()
  const { orders: _orders, signals: _signals, curation: _curation, ...people } = actors
  const stack = await deployStack(actors.deployer)
  const { datatrusts, markets, listings, orders, curation, token, vault } = stack
  const { whale, maker, buyer, stranger, operator, signer, payout, patron } = people
  for (const account of [whale, maker, buyer, stranger, operator, patron]) {
    await deposit(stack, account, 1_000_000n * UNIT, datatrusts, markets, listings, orders, curation)
  }
  const url = 'https://datatrust.example'
  await datatrusts.connect(operator).register(signer.address, payout.address, token, ethers.id('key'), url)
  await datatrusts.connect(operator).bond(1n, CONFIG.minBond, FROM_VAULT)
  const { market, share } = await createMarket(stack, {
    creator: whale,
    admin: await curation.getAddress(),
    seed: 1_001n * UNIT,
  })
  await markets.connect(whale).addBounty(market, 100n * UNIT, FROM_VAULT)
  const [ann, bob, cat, dan, fay, eve] = (await ethers.getSigners()).slice(13) as Six
  const voters = { ann, bob, cat, dan, fay }
  for (const [name, voter] of Object.entries(voters)) {
    await share.connect(whale).transfer(voter.address, HELD[name as keyof typeof HELD])
  }
  const shop = { ...stack, ...people, ...voters, eve, market, share, datatrust: 1n }
  const listing = await publish(shop, 'live')
  await passSeconds(Number(CONFIG.activationSeconds))
  const asset = BigInt(await token.getAddress())
  return { ...shop, listing, balanceOf: async (of: string) => vault.balanceOf(of, asset) as Promise<bigint> }
}

type Six = [Signer, Signer, Signer, Signer, Signer, Signer]
export type Fixture = Awaited<ReturnType<typeof deploy>>

/** The whole stack, voters, and a listing that is active. */
export async function deployCuration(): Promise<Fixture> {
  return loadFixture(deploy)
}

/** The id of the newest poll, which `opening` opened. */
export async function opened(fixture: Fixture, opening: Promise<unknown>): Promise<bigint> {
  await opening
  return fixture.curation.count() as Promise<bigint>
}

export async function challenged(fixture: Fixture, listing = fixture.listing): Promise<bigint> {
  const { curation, stranger } = fixture
  return opened(fixture, curation.connect(stranger).challenge(listing, 'https://evidence.example', FROM_VAULT))
}

/** Votes of several accounts. */
export async function votes(curation: Contract, poll: bigint, yes: Signer[], no: Signer[] = []): Promise<void> {
  for (const voter of yes) await curation.connect(voter).vote(poll, true)
  for (const voter of no) await curation.connect(voter).vote(poll, false)
}

/** The next transaction comes in the first second in which the poll can be resolved. */
export async function whenClosed(curation: Contract, poll: bigint): Promise<void> {
  await setNextTimestamp(Number((await curation.get(poll)).closesAt) + 1)
}

/** The next transaction comes in the first second in which the poll has lapsed. */
export async function whenLapsed(curation: Contract, poll: bigint): Promise<void> {
  await setNextTimestamp(Number((await curation.get(poll)).closesAt) + 7 * DAY + 1)
}

/** What a call changes in the Vault balances of `accounts`, in their order. */
export async function gains(fixture: Fixture, accounts: (Signer | Contract)[], call: () => Promise<unknown>) {
  const addresses = await Promise.all(accounts.map((account) => account.getAddress()))
  const before = await Promise.all(addresses.map(fixture.balanceOf))
  await call()
  const after = await Promise.all(addresses.map(fixture.balanceOf))
  return after.map((balance, index) => balance - (before[index] as bigint))
}

/** The bounty of the market. */
export async function bountyOf(fixture: Fixture): Promise<bigint> {
  return (await fixture.markets.reserveOf(fixture.market)).bounty as bigint
}
