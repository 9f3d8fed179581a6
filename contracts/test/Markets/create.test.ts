import { describe, expect, it } from 'vitest'
import { deployContract, ethers, loadFixture, type Signer } from '../support/chain.ts'
import { CONFIG, type Config, DAY, K, P0, SEED, SHARE, UNIT } from '../support/defaults.ts'
import {
  type Base,
  createMarket,
  deployBase,
  deployMarket,
  deposit,
  predictAbove,
  predictAddress,
} from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { FROM_VAULT } from '../support/payment.ts'

const DEAD = '0x000000000000000000000000000000000000dEaD'
const SALT = ethers.id('another')

interface Given {
  salt?: string
  asset?: unknown
  curve?: unknown
  p0?: bigint
  k?: bigint
  admin?: string
  config?: Partial<Config>
  seed?: bigint
}

function create(base: Base, creator: Signer, given: Given = {}) {
  const { salt = SALT, asset = base.token, curve = base.curve, p0 = P0, k = K } = given
  const { admin = ethers.ZeroAddress, seed = SEED } = given
  const config = { ...CONFIG, ...given.config }
  return base.markets.connect(creator).create(salt, asset, curve, p0, k, admin, config, seed, FROM_VAULT)
}

describe('Markets.create', () => {
  it('seeds the reserve, and gives the seed’s shares to the creator but for one that stays for ever', async () => {
    const { base, markets, vault, token, whale } = await loadFixture(deployMarket)
    const held = await vault.balanceOf(markets, BigInt(await token.getAddress()))
    const seed = 250n * UNIT
    const { market, share } = await createMarket(base, { creator: whale, salt: SALT, seed, p0: 2n * UNIT })

    expect(await share.totalSupply()).toBe(125n * SHARE)
    expect(await share.balanceOf(DEAD)).toBe(SHARE)
    expect(await share.balanceOf(whale.address)).toBe(124n * SHARE)
    const reserve = await markets.reserveOf(market)
    expect([reserve.unlocked, reserve.locked, reserve.pending, reserve.bounty, reserve.supply]).toEqual([
      seed,
      0n,
      0n,
      0n,
      125n * SHARE,
    ])
    expect(await vault.balanceOf(markets, BigInt(await token.getAddress()))).toBe(held + seed)
  })

  it('asks the curve for the shares of the seed, and nothing else', async () => {
    const { base, whale, deployer } = await loadFixture(deployMarket)
    const [seed, p0] = [250n * UNIT, 2n * UNIT]
    const curve = await deployContract('ExactCurve', [seed, 125n * SHARE, seed, p0, K], deployer)
    const { market } = await createMarket(base, { creator: whale, salt: SALT, curve, seed, p0 })
    expect((await base.markets.identityOf(market)).curve).toBe(await curve.getAddress())
    const asked = create(base, whale, { salt: ethers.id('third'), curve, seed: seed + 1n, p0 })
    expect((await revertOf(asked)).name).toBe('Markets_CurveFailed')
  })

  it('names the market by creator and salt, and says all about it', async () => {
    const { base, markets, token, curve, whale, admin } = await loadFixture(deployMarket)
    const types = ['address', 'address', 'bytes32']
    const encoded = ethers.AbiCoder.defaultAbiCoder().encode(types, [await markets.getAddress(), whale.address, SALT])
    const market = ethers.keccak256(encoded)
    const events = await eventsOf(create(base, whale, { admin: admin.address }), markets)
    const { share } = await markets.identityOf(market)
    const identity = [await token.getAddress(), await curve.getAddress(), share, admin.address, P0, K]

    expect(events).toEqual([
      {
        name: 'MarketCreated',
        args: [market, whale.address, await token.getAddress(), share, identity, Object.values(CONFIG), SEED],
      },
    ])
    expect((await markets.identityOf(market)).toArray()).toEqual(identity)
    const { config, version } = await markets.configOf(market)
    expect([config.toObject(), version]).toEqual([CONFIG, 1n])
  })

  it('refuses a salt used before, but not another creator’s', async () => {
    const { base, whale, patron } = await loadFixture(deployMarket)
    await create(base, whale)
    expect((await revertOf(create(base, whale))).name).toBe('Markets_Exists')
    await create(base, patron)
  })

  it.each([
    ['spreadBps', 5_001n, 0n, 5_000n],
    ['makerBps', 2_499n, 2_500n, 10_000n],
    ['operatorBps', 5_001n, 0n, 5_000n],
    ['curatorsBps', 1_001n, 0n, 1_000n],
    ['failureBps', 3_001n, 0n, 3_000n],
    ['dripSeconds', 3_599n, 3_600n, BigInt(30 * DAY)],
    ['dripSeconds', BigInt(30 * DAY) + 1n, 3_600n, BigInt(30 * DAY)],
    ['exitDelaySeconds', BigInt(30 * DAY) + 1n, 0n, BigInt(30 * DAY)],
    ['activationSeconds', BigInt(30 * DAY) + 1n, 0n, BigInt(30 * DAY)],
    ['compensationBps', 10_001n, 0n, 10_000n],
    ['quorumBps', 5_001n, 0n, 5_000n],
    ['challengeFeeBps', 5_001n, 0n, 5_000n],
    ['complaintWindowSeconds', BigInt(13 * DAY) + 1n, 0n, BigInt(13 * DAY)],
    ['disputeWindowSeconds', BigInt(13 * DAY) + 1n, 0n, BigInt(13 * DAY)],
    ['pollSeconds', 0n, 1n, BigInt(30 * DAY)],
    ['pollSeconds', BigInt(30 * DAY) + 1n, 1n, BigInt(30 * DAY)],
    ['timelockSeconds', 2n ** 32n - 1n, 0n, BigInt(30 * DAY)],
    ['listReward', 100n * P0 + 1n, 0n, 100n * P0],
    ['challengeBond', 100n * P0 + 1n, 0n, 100n * P0],
  ])('refuses %s of %s', async (field, value, min, max) => {
    const { base, whale } = await loadFixture(deployMarket)
    expect(await revertOf(create(base, whale, { config: { [field]: value } }))).toEqual({
      name: 'Markets_ConfigOutOfBounds',
      args: [ethers.encodeBytes32String(field), value, min, max],
    })
  })

  it('refuses a split of more than the price', async () => {
    const { base, whale } = await loadFixture(deployMarket)
    const config = { makerBps: 9_000n, operatorBps: 900n, curatorsBps: 101n }
    expect(await revertOf(create(base, whale, { config }))).toEqual({
      name: 'Markets_ConfigOutOfBounds',
      args: [ethers.encodeBytes32String('sumBps'), 10_001n, 0n, 10_000n],
    })
  })

  it('takes a config at its bounds', async () => {
    const { base, markets, whale } = await loadFixture(deployMarket)
    const config: Config = {
      spreadBps: 5_000n,
      makerBps: 4_000n,
      operatorBps: 5_000n,
      curatorsBps: 1_000n,
      failureBps: 3_000n,
      compensationBps: 10_000n,
      quorumBps: 5_000n,
      challengeFeeBps: 5_000n,
      isCurated: true,
      dripSeconds: BigInt(30 * DAY),
      exitDelaySeconds: BigInt(30 * DAY),
      activationSeconds: BigInt(30 * DAY),
      complaintWindowSeconds: BigInt(13 * DAY),
      disputeWindowSeconds: BigInt(13 * DAY),
      pollSeconds: BigInt(30 * DAY),
      timelockSeconds: BigInt(30 * DAY),
      listReward: 100n * P0,
      listingBond: 2n ** 80n - 1n,
      challengeBond: 2n ** 80n - 1n,
      minBond: 2n ** 96n - 1n,
    }
    const { market } = await createMarket(base, { creator: whale, salt: SALT, config })
    expect((await markets.configOf(market)).config.toObject()).toEqual(config)
  })

  it.each([
    ['k', { k: SHARE - 1n }, SHARE - 1n, SHARE, 10n ** 30n],
    ['k', { k: 10n ** 30n + 1n }, 10n ** 30n + 1n, SHARE, 10n ** 30n],
    ['p0', { p0: 0n }, 0n, 1n, 2n ** 96n - 1n],
    ['p0', { p0: 2n ** 96n }, 2n ** 96n, 1n, 2n ** 96n - 1n],
  ])('refuses %s out of bounds', async (field, given, value, min, max) => {
    const { base, whale } = await loadFixture(deployMarket)
    expect(await revertOf(create(base, whale, given))).toEqual({
      name: 'Markets_CurveOutOfBounds',
      args: [ethers.encodeBytes32String(field), value, min, max],
    })
  })

  it('refuses a seed that does not buy the one share that stays', async () => {
    const { base, whale } = await loadFixture(deployMarket)
    expect(await revertOf(create(base, whale, { seed: P0 - 1n }))).toEqual({
      name: 'Markets_SeedTooSmall',
      args: [P0 - 1n, P0],
    })
    expect((await revertOf(create(base, whale, { seed: 0n }))).name).toBe('Markets_BadAmount')
    await create(base, whale, { seed: P0 })
  })

  it.each([5, 19, 24])('refuses an asset of %i decimals', async (decimals) => {
    const { base, whale, deployer } = await loadFixture(deployMarket)
    const asset = await deployContract('DecimalsToken', [decimals], deployer)
    expect(await revertOf(create(base, whale, { asset }))).toEqual({
      name: 'Markets_BadAsset',
      args: [await asset.getAddress()],
    })
  })

  it('takes an asset of 18 decimals, with p0 in its units', async () => {
    const { base, vault, markets, whale, deployer } = await loadFixture(deployMarket)
    const asset = await deployContract('DecimalsToken', [18], deployer)
    await deposit({ ...base, token: asset }, whale, 100n * SHARE, markets)
    expect((await revertOf(create(base, whale, { asset, p0: 10n ** 12n - 1n }))).name).toBe('Markets_CurveOutOfBounds')
    const { share } = await createMarket(base, { creator: whale, asset, p0: SHARE, seed: 100n * SHARE, salt: SALT })
    expect(await share.totalSupply()).toBe(100n * SHARE)
    expect(await vault.balanceOf(markets, BigInt(await asset.getAddress()))).toBe(100n * SHARE)
  })

  it('refuses an asset that is no token', async () => {
    const { base, whale, curve, stranger } = await loadFixture(deployMarket)
    for (const asset of [stranger.address, ethers.ZeroAddress, await curve.getAddress()]) {
      expect(await revertOf(create(base, whale, { asset }))).toEqual({ name: 'Markets_BadAsset', args: [asset] })
    }
  })

  it('refuses a curve that does not answer', async () => {
    const { base, token, whale, stranger } = await loadFixture(deployMarket)
    for (const curve of [stranger.address, await token.getAddress()]) {
      expect(await revertOf(create(base, whale, { curve }))).toEqual({ name: 'Markets_CurveFailed', args: [curve] })
    }
  })

  it('creates nothing when the seed is not paid', async () => {
    const { base, stranger } = await loadFixture(deployMarket)
    expect((await revertOf(create(base, stranger))).name).toBe('ERC6909InsufficientAllowance')
  })
})

describe('Markets constructor', () => {
  it('names the ledger, and Orders before it exists', async () => {
    const { deployer } = await loadFixture(deployMarket)
    const base = await deployBase(deployer, await predictAbove(deployer, 1))
    const orders = await predictAddress(deployer, 1)
    expect(await base.markets.ORDERS()).toBe(orders)
    expect(await base.markets.VAULT()).toBe(await base.vault.getAddress())
    expect(await base.datatrusts.VAULT()).toBe(await base.vault.getAddress())
  })

  it('refuses shares that another contract would mint', async () => {
    const { vault, share, orders, deployer } = await loadFixture(deployMarket)
    expect(await revertOf(deployContract('Markets', [vault, share, orders.address], deployer))).toEqual({
      name: 'Markets_WrongShare',
      args: [await share.getAddress()],
    })
  })
})
