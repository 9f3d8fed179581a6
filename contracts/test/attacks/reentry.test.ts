import { id, type ParamType, ZeroAddress, ZeroHash } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Contract } from '../support/contract.ts'
import { by } from '../trade/contracts.ts'
import { acceptanceBy, fulfilled, goodsHashOf, placed, quoteFor, refundOf, settlementOf } from '../trade/quotes.ts'
import { DAY, FROM_VAULT, FROM_WALLET, HOUR, KIND, VERDICT } from '../trade/terms.ts'
import { contentOf, DEPOSITED, openWorld, prepareListing, totalInVault, vaultBalance } from '../trade/world.ts'
import type { Attempts } from './support/attempts.ts'
import { type Call, encode } from './support/calls.ts'
import { redeem } from './support/markets.ts'

const world = await openWorld('CallbackToken')
const {
  buyer,
  chain,
  curation,
  datatrusts,
  deployer,
  listings,
  maker,
  markets,
  operator,
  orders,
  other,
  signer,
  token,
  vault,
} = world
const NEVER = 2n ** 40n
const PRICE = 50_000_000_000n
const PURSE = 10_000_000_000n
const GAS = { gasLimit: 2_000_000n }

/** The attacker's account, with money in the Vault and in its own wallet, and every module allowed to take both. */
async function deployAttacker(): Promise<Attempts> {
  const attempts = (await chain.ethers.deployContract('Attempts', deployer)) as unknown as Attempts
  await token.mint(await attempts.getAddress(), PURSE)
  await by(other, vault).transfer(await attempts.getAddress(), BigInt(world.asset), PURSE)
  const calls: Call[] = [vault, markets, orders, listings, datatrusts].map((spender) => [
    token,
    'approve',
    spender,
    PURSE,
  ])
  const naming: Call[] = [markets, orders, listings, datatrusts].map((module) => [vault, 'setOperator', module, true])
  await attempts.run(...(await encode([...calls, ...naming])))
  return attempts
}

/** Makes the token run `calls` as the attacker in the middle of its next transfer. */
async function arm(attempts: Attempts, calls: readonly Call[]): Promise<void> {
  const data = attempts.interface.encodeFunctionData('run', await encode(calls))
  await token.getFunction('setCallback')(await attempts.getAddress(), data)
}

/** Every function that changes the module's state and is not among `open`, with arguments that mean nothing. */
function callsOf(module: Pick<Contract, 'getAddress' | 'interface'>, open: readonly string[]): Call[] {
  const calls: Call[] = []
  module.interface.forEachFunction(({ name, inputs, stateMutability }) => {
    if (stateMutability === 'nonpayable' && !open.includes(name)) calls.push([module, name, ...inputs.map(nothingOf)])
  })
  return calls
}

function nothingOf({ baseType, type, components }: ParamType): unknown {
  if (baseType === 'array') return []
  if (baseType === 'tuple') return components!.map(nothingOf)
  if (type === 'address') return ZeroAddress
  if (type === 'bool') return false
  if (type === 'string') return ''
  if (type.startsWith('bytes')) return `0x${'00'.repeat(Number(type.slice(5)))}`
  return 0n
}

describe('an attacker who is called in the middle of somebody’s payment', () => {
  beforeEach(() => world.reset())

  // What may be called meanwhile moves no money, or is open to one module alone.
  it.each([
    [
      'Vault',
      vault,
      ['setOperator', 'approve', 'transfer', 'transferFrom', 'multicall', 'deposit', 'depositWithPermit'],
    ],
    ['Datatrusts', datatrusts, ['register', 'update', 'unbond']],
    ['Markets', markets, ['book', 'reward', 'accrue', 'setConfig', 'setAdmission', 'setAdmin', 'acceptAdmin']],
    ['Listings', listings, ['setPrices', 'exit', 'hold', 'release', 'remove']],
    ['Orders', orders, []],
    ['Curation', curation, []],
  ] as const)('finds every function of %s closed while it is paid', async (name, module, open) => {
    const attempts = await deployAttacker()
    const calls = callsOf(module, open)
    expect(calls.length).toBeGreaterThan(1)
    await arm(attempts, calls)
    if (name !== 'Vault') await by(buyer, token).approve(module.target, PURSE)
    await by(maker, token).approve(listings.target, PURSE)
    const pay = {
      Vault: () => by(buyer, vault).withdraw(token, 1n, buyer.address),
      Datatrusts: () => by(buyer, datatrusts).bond(1n, 5n, FROM_WALLET),
      Markets: () => by(buyer, markets).fund(world.market, 1_000_000n, 0n, NEVER, FROM_WALLET),
      Listings: async () => {
        const { args } = await prepareListing(world, {
          salt: id('new'),
          content: contentOf('new'),
          payment: FROM_WALLET,
        })
        return by(maker, listings).publish(...args)
      },
      Orders: async () => by(buyer, orders).place(await quoteFor(world, KIND.ACCESS), FROM_WALLET),
      Curation: () => by(buyer, curation).challenge(world.listing, 'https://evidence.example', FROM_WALLET),
    }
    await pay[name]()
    const guard = id('ReentrancyGuardReentrantCall()').slice(0, 10)
    const failures = Object.fromEntries(calls.map(([, method]) => [method, guard]))
    expect(Object.fromEntries([...(await attempts.errors())].map((error, i) => [calls[i]![1], error]))).toEqual(
      failures,
    )
  })

  it('can neither enter the Vault nor Orders, and finds every other module in order', async () => {
    const attempts = await deployAttacker()
    const run = await fulfilled(world)
    const acceptance = await acceptanceBy(world, buyer, run.quote, run.receipt)
    const lost = await placed(world, KIND.ACCESS, { deal: { n: 2n } })
    const quote = await quoteFor(world, KIND.ACCESS, { deal: { n: 3n, placeBy: (await chain.now()) + 6n * HOUR } })
    await chain.wait(3n * HOUR)
    const refused: Call[] = [
      [vault, 'deposit', token, 1n, attempts],
      [vault, 'withdraw', token, 1n, attempts],
      [vault, 'open', token],
      [vault, 'close', token, attempts],
      [orders, 'settle', [settlementOf(run.quote, run.receipt, acceptance)]],
      [orders, 'refund', [refundOf(lost)]],
      [world.signals, 'flush', world.listing],
      [orders, 'deliver', lost.deal, goodsHashOf(lost.goods)],
      [markets, 'fund', world.market, 1_000_000n, 0n, NEVER, FROM_WALLET],
      [markets, 'book', world.market, 0n, 1n, 0n],
      [markets, 'reward', world.market, attempts, 1n],
      [datatrusts, 'bond', 1n, 1n, FROM_WALLET],
      [listings, 'returnBond', world.listing],
    ]
    await arm(attempts, refused)
    await by(buyer, token).approve(orders.target, quote.deal.price)
    await by(buyer, orders).place(quote, FROM_WALLET)
    expect(await attempts.outcomes()).toEqual(refused.map(() => false))
    expect(await totalInVault(world)).toBe(DEPOSITED - PURSE + quote.deal.price)
  })

  it('gains nothing by buying shares inside the payment of an order, which counts already', async () => {
    const attempts = await deployAttacker()
    await by(maker, listings).setPrices(world.listing, { access: PRICE, compute: PRICE })
    const quote = await quoteFor(world, KIND.ACCESS, { deal: { price: PRICE } })
    await arm(attempts, [[markets, 'fund', world.market, PURSE / 2n, 0n, NEVER, FROM_VAULT]])
    await by(buyer, token).approve(orders.target, PRICE)
    await by(buyer, orders).place(quote, FROM_WALLET)
    expect(await attempts.outcomes()).toEqual([true])
    await by(signer, orders).deliver(quote.deal, goodsHashOf(quote.goods))
    await world.signals.flush(world.listing)
    await chain.wait(8n * DAY)
    const { share } = await markets.getFunction('identityOf')(world.market)
    const shares = await (await chain.ethers.getContractAt('Share', share)).getFunction('balanceOf')(attempts)
    const address = await attempts.getAddress()
    await attempts.run(...(await encode([[markets, 'redeem', world.market, shares, 0n, NEVER, address]])))
    expect(await attempts.outcomes()).toEqual([true])
    expect(await vaultBalance(world, address)).toBeLessThanOrEqual(PURSE)
  })

  it('changes nothing by settling, refunding and flushing inside a purchase of shares', async () => {
    const outcomes: unknown[] = []
    for (const isInside of [true, false]) {
      await world.reset()
      const attempts = await deployAttacker()
      const run = await fulfilled(world, VERDICT.OK)
      const lost = await placed(world, KIND.COMPUTE, { deal: { n: 2n } })
      await chain.wait(DAY + HOUR)
      const calls: Call[] = [
        [orders, 'settle', [settlementOf(run.quote, run.receipt)]],
        [orders, 'refund', [refundOf(lost)]],
        [world.signals, 'flush', world.listing],
        [markets, 'accrue', world.market],
      ]
      await by(other, token).approve(markets.target, PURSE)
      const at = (await chain.now()) + HOUR
      if (isInside) await arm(attempts, calls)
      await chain.nextBlockAt(at)
      const encoded = await encode(calls)
      // In one block, as what the purchase locks for the pending sale begins to drip at once.
      await chain.inOneBlock(async () => {
        await by(other, markets).fund(world.market, PURSE, 0n, NEVER, FROM_WALLET, GAS)
        if (!isInside) await attempts.run(...encoded, GAS)
      })
      expect(await attempts.outcomes()).toEqual([true, true, true, true])
      const { unlocked, locked, pending, bounty, supply } = await markets.reserveOf(world.market)
      outcomes.push([unlocked, locked, pending, bounty, supply])
    }
    expect(outcomes[0]).toEqual(outcomes[1])
  })

  it('cannot use a bond that has not arrived', async () => {
    const attempts = await deployAttacker()
    await by(operator, datatrusts).register(other.address, other.address, world.asset, ZeroHash, 'https://b.example')
    await arm(attempts, [[datatrusts, 'withdrawBond', 2n, attempts]])
    await by(other, token).approve(datatrusts.target, 5n)
    await by(other, datatrusts).bond(2n, 5n, FROM_WALLET)
    expect(await attempts.outcomes()).toEqual([false])
    expect(await vaultBalance(world, String(datatrusts.target))).toBe(1_000_000_005n)
    await expect(redeem(world, other, 1n)).rejects.toThrow()
  })
})
