import { type Markets, Markets__factory, Share__factory, TestToken__factory, Vault__factory } from '@gristmill/abi'
import {
  accrue,
  CurveError,
  createMarket,
  type MarketRules,
  type MarketState,
  quoteFund,
  quoteRedeem,
} from '@gristmill/curve'
import {
  type ContractTransactionResponse,
  getCreateAddress,
  isCallException,
  JsonRpcProvider,
  MaxUint256,
  NonceManager,
  toBeHex,
  Wallet,
  ZeroAddress,
  ZeroHash,
} from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StartedLocalnet, startLocalnet } from '../src/index.js'
import { attempt, draw, type Operation, simulate } from './_operations.js'
import { Random } from './_random.js'

const SEED = 20_261_121
/** Of LinearCurve's four markets; half of it for each of the other curves. */
const OPERATIONS_PER_MARKET = process.env.GRISTMILL_DEEP ? 1_000 : 100
const WALLET = { source: 1n, permitDeadline: 0n, v: 0n, r: ZeroHash, s: ZeroHash }
const GAS = { gasLimit: 1_000_000n }
const HOUR = 3600

let localnet: StartedLocalnet
let provider: JsonRpcProvider
let patron: NonceManager
let orders: NonceManager
let markets: Markets
let salts = 0

/** Deploys Markets once more, with an account in the place of Orders, so that sales can be booked at will. */
beforeAll(async () => {
  localnet = await startLocalnet()
  provider = new JsonRpcProvider(localnet.url, localnet.chainId, {
    staticNetwork: true,
    batchMaxCount: 1,
    cacheTimeout: -1,
  })
  patron = new NonceManager(new Wallet(localnet.actors.patron.privateKey, provider))
  orders = new NonceManager(new Wallet(localnet.actors.stranger.privateKey, provider))
  const from = localnet.actors.patron.address
  const at = getCreateAddress({ from, nonce: (await patron.getNonce()) + 2 })
  const vault = await new Vault__factory(patron).deploy()
  const share = await new Share__factory(patron).deploy(at, ZeroAddress, ZeroAddress)
  markets = await new Markets__factory(patron).deploy(vault, share, localnet.actors.stranger.address)
  await markets.waitForDeployment()
  const token = TestToken__factory.connect(localnet.token, patron)
  await (await token.mint(from, 2n ** 200n)).wait()
  await (await token.approve(markets, MaxUint256)).wait()
  // What Orders would have credited before it books: enough for every reward and redemption.
  await (await token.approve(vault, MaxUint256)).wait()
  await (await vault.deposit(localnet.token, 2n ** 190n, markets)).wait()
})

afterAll(async () => {
  provider.destroy()
  await localnet.close()
})

describe('a market', () => {
  const cases: { name: string; rules: MarketRules; seed: bigint; bits: number }[] = [
    {
      name: 'at the defaults',
      rules: { curve: 'linear', p0: 10n ** 6n, k: 10n ** 24n, spreadBps: 500, dripSeconds: 168 * HOUR },
      seed: 10n ** 8n,
      bits: 44,
    },
    {
      name: 'with a steep curve and a short drip',
      rules: { curve: 'linear', p0: 3n, k: 10n ** 18n, spreadBps: 0, dripSeconds: HOUR },
      seed: 1_000n,
      bits: 30,
    },
    {
      name: 'with prices and amounts near their bounds',
      rules: { curve: 'linear', p0: 2n ** 96n - 1n, k: 10n ** 30n, spreadBps: 5_000, dripSeconds: 720 * HOUR },
      seed: 2n ** 97n,
      bits: 112,
    },
    {
      name: 'where everything is dust',
      rules: { curve: 'linear', p0: 7n, k: 10n ** 19n + 1n, spreadBps: 333, dripSeconds: 10 * HOUR + 1 },
      seed: 7n,
      bits: 5,
    },
    {
      name: 'on the flat curve',
      rules: { curve: 'flat', p0: 10n ** 6n, k: 10n ** 18n, spreadBps: 100, dripSeconds: 24 * HOUR },
      seed: 10n ** 9n,
      bits: 50,
    },
    {
      name: 'on the root curve with the ratio 1/2',
      rules: { curve: 'root', p0: 10n ** 6n, k: 10n ** 18n, spreadBps: 0, dripSeconds: 24 * HOUR },
      seed: 10n ** 8n,
      bits: 60,
    },
    {
      name: "on Computable's curve at its own figures",
      rules: { curve: 'computable', p0: 5n * 10n ** 14n, k: 110n * 10n ** 18n, spreadBps: 0, dripSeconds: 168 * HOUR },
      seed: 10n ** 18n,
      bits: 75,
    },
  ]

  it.each(cases)(
    'equals its mirror after every operation: $name',
    { timeout: 600_000 },
    async ({ rules, seed, bits }) => {
      const random = new Random(SEED + bits)
      const { id, now } = await create(rules, seed)
      let state = createMarket(rules, { seed, now })
      await expectEqual(id, state, now)
      const seen = { accepted: 0, refused: 0 }
      const operations = rules.curve === 'linear' ? OPERATIONS_PER_MARKET : OPERATIONS_PER_MARKET / 2
      for (let count = 0; count < operations; count += 1) {
        if (random.chance(0.3)) await localnet.advance(1 + random.below(rules.dripSeconds))
        const operation = draw(random, state, bits)
        const { at, isMined } = await perform(id, operation)
        const expected = attempt(() => simulate(state, rules, operation, at))
        expect({ operation, isMined }).toEqual({ operation, isMined: !(expected instanceof CurveError) })
        if (expected instanceof CurveError) seen.refused += 1
        else {
          seen.accepted += 1
          state = expected
        }
        await expectEqual(id, state, at)
        await expectQuotes(id, { state, rules, now: at, amount: random.magnitude(bits) })
      }
      expect(seen.accepted).toBeGreaterThan(operations / 2)
      expect(seen.refused).toBeGreaterThan(0)
    },
  )

  it.each([
    { what: 'a spread of one basis point more', wrong: { spreadBps: 1 } },
    { what: 'a drip of one second more', wrong: { dripSeconds: HOUR + 1 } },
    { what: 'another curve', wrong: { curve: 'root' as const, k: 10n ** 18n } },
  ])('differs from a mirror with $what', async ({ wrong }) => {
    const rules: MarketRules = { curve: 'linear', p0: 10n ** 6n, k: 10n ** 24n, spreadBps: 0, dripSeconds: HOUR }
    const seed = 10n ** 9n
    const { id, now } = await create(rules, seed)
    let state = createMarket(rules, { seed, now })
    const operations = [
      { verb: 'addRevenue', amount: 10n ** 9n },
      { verb: 'fund', amount: 10n ** 9n },
    ] as const
    for (const operation of operations) {
      const { at } = await perform(id, operation)
      state = simulate(state, { ...rules, ...wrong }, operation, at)
    }
    await localnet.advance(HOUR / 2)
    const { at } = await perform(id, { verb: 'accrue' })
    await expect(expectEqual(id, accrue(state, at), at)).rejects.toThrow()
  })
})

function submit(id: string, operation: Operation): Promise<ContractTransactionResponse> {
  const byOrders = markets.connect(orders)
  switch (operation.verb) {
    case 'fund':
      return markets.fund(id, operation.amount, 0n, MaxUint256, WALLET, GAS)
    case 'redeem':
      return markets.redeem(id, operation.amount, 0n, MaxUint256, localnet.actors.patron.address, GAS)
    case 'addRevenue':
      return markets.addRevenue(id, operation.amount, WALLET, GAS)
    case 'addBounty':
      return markets.addBounty(id, operation.amount, WALLET, GAS)
    case 'book':
      return byOrders.book(id, operation.pendingUp, operation.pendingDown, operation.revenue, GAS)
    case 'reward':
      return byOrders.reward(id, localnet.actors.maker.address, operation.amount, GAS)
    case 'accrue':
      return markets.accrue(id, GAS)
  }
}

async function perform(id: string, operation: Operation): Promise<{ at: number; isMined: boolean }> {
  const { hash } = await submit(id, operation)
  const receipt = await provider.getTransactionReceipt(hash)
  const block = await provider.getBlock(receipt!.blockNumber)
  return { at: block!.timestamp, isMined: receipt!.status === 1 }
}

async function create(rules: MarketRules, seed: bigint): Promise<{ id: string; now: number }> {
  const config = {
    spreadBps: rules.spreadBps,
    makerBps: 7_000,
    operatorBps: 500,
    curatorsBps: 200,
    failureBps: 1_000,
    dripSeconds: rules.dripSeconds,
    exitDelaySeconds: 0,
    activationSeconds: 0,
    compensationBps: 0,
    quorumBps: 0,
    challengeFeeBps: 0,
    isCurated: false,
    complaintWindowSeconds: 0,
    disputeWindowSeconds: 0,
    pollSeconds: 1,
    challengeBond: 0n,
    timelockSeconds: 0,
    listReward: 0n,
    listingBond: 0n,
    minBond: 0n,
  }
  const { token: asset, deployment } = localnet
  salts += 1
  const salt = toBeHex(salts, 32)
  const created = await markets.create(
    salt,
    asset,
    deployment[`${rules.curve}Curve`],
    rules.p0,
    rules.k,
    ZeroAddress,
    config,
    seed,
    WALLET,
  )
  const receipt = await created.wait()
  const [event] = await markets.queryFilter(markets.filters.MarketCreated, receipt!.blockNumber)
  return { id: event!.args.market, now: (await receipt!.getBlock()).timestamp }
}

async function expectEqual(id: string, state: MarketState, now: number): Promise<void> {
  const blockTag = await provider.getBlockNumber()
  const { unlocked, locked, pending, bounty, dripEnd, supply } = await markets.reserveOf(id, { blockTag })
  const expected = accrue(state, now)
  expect({ unlocked, locked, pending, bounty, supply, dripEnd: Number(dripEnd) }).toEqual({
    unlocked: expected.unlocked,
    locked: expected.locked,
    pending: expected.pending,
    bounty: expected.bounty,
    supply: expected.supply,
    dripEnd: expected.dripEnd,
  })
}

interface QuoteParams {
  state: MarketState
  rules: MarketRules
  now: number
  amount: bigint
}

async function expectQuotes(id: string, { state, rules, now, amount }: QuoteParams): Promise<void> {
  const blockTag = await provider.getBlockNumber()
  const expected = attempt(() => quoteFund(state, rules, { amount, now }))
  const quoted = await markets.quoteFund(id, amount, { blockTag }).catch((error: unknown) => error)
  if (expected instanceof CurveError) expect(isCallException(quoted)).toBe(true)
  else expect({ ...(quoted as { toObject(): object }).toObject() }).toEqual(expected)
  const shares = state.supply / 3n
  expect(await markets.quoteRedeem(id, shares, { blockTag })).toBe(quoteRedeem(state, { shares, now }))
}
