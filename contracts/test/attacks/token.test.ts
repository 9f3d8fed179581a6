import { describe, expect, it } from 'vitest'
import { deployContract, ethers, loadFixture, type Signer } from '../support/chain.ts'
import type { Contract } from '../support/contract.ts'
import { NEVER, SHARE, UNIT } from '../support/defaults.ts'
import { createMarket, deposit } from '../support/deploy.ts'
import { revertOf } from '../support/outcome.ts'
import { FROM_VAULT, FROM_WALLET } from '../support/payment.ts'
import { deployAttempts } from './support/attempts.ts'
import { encode } from './support/calls.ts'
import { deployStage, fund, profitOf, redeem, type Stage, vaultBalance } from './support/patrons.ts'

const AMOUNT = 1_000n * UNIT

/** A stage with a market in another token beside the honest one, where `attacker` and `patron` have money. */
async function deployWith(tokenName: string) {
  const stage = await deployStage()
  const { base, deployer, attacker, patron, markets } = stage
  const hostile = await deployContract(tokenName, [], deployer)
  const own = { ...base, token: hostile }
  for (const account of [attacker, patron]) {
    await deposit(own, account, 100n * AMOUNT, markets)
    await hostile.mint(account.address, 100n * AMOUNT)
  }
  const { market, share } = await createMarket(own, { creator: attacker, salt: ethers.id('hostile'), seed: AMOUNT })
  return { ...stage, base: own, honest: base, token: hostile, market, marketShare: share, honestMarket: stage.market }
}

type Hostile = Awaited<ReturnType<typeof deployWith>>

const deployCallback = () => deployWith('CallbackToken')
const deployHarsh = () => deployWith('HarshToken')
const deployFee = () => deployWith('FeeToken')
const deploySilent = () => deployWith('SilentToken')

/** What of the honest token is whose: nothing that a hostile token does may move it. */
async function honestMoney({ honest, patron, whale, attacker, markets, vault }: Hostile): Promise<bigint[]> {
  const balances = [patron, whale, attacker, markets].map((account: Signer | Contract) =>
    vaultBalance({ vault, token: honest.token }, account),
  )
  return Promise.all([...balances, honest.token.balanceOf(vault) as Promise<bigint>])
}

async function harsh(stage: Hostile, method: 'seize' | 'setBlocked', ...args: unknown[]): Promise<void> {
  await stage.token.getFunction(method)(...args)
}

describe('a token that calls back', () => {
  it('moves no money between opening and closing: deposit, withdraw, open, close, fund and bond are refused', async () => {
    const stage = await loadFixture(deployCallback)
    const { vault, token, markets, market, marketShare, datatrusts, deployer, attacker, operator, base } = stage
    await datatrusts
      .connect(operator)
      .register(operator.address, operator.address, token, ethers.ZeroHash, 'https://x.example')
    const attempts = await deployAttempts(deployer)
    await token.mint(attempts, AMOUNT)
    await deposit(base, attacker, AMOUNT)
    await vault.connect(attacker).transfer(attempts, BigInt(await token.getAddress()), AMOUNT)
    for (const spender of [vault, markets, datatrusts])
      await attempts.run(...(await encode([[token, 'approve', spender, AMOUNT]])))
    const before = [await honestMoney(stage), await vaultBalance(stage, attempts), await token.balanceOf(attempts)]

    const reentry = await encode([
      [vault, 'deposit', token, UNIT, attempts],
      [vault, 'withdraw', token, UNIT, attempts],
      [vault, 'open', token],
      [vault, 'close', token, attempts],
      [markets, 'fund', market, UNIT, 0n, NEVER, FROM_WALLET],
      [markets, 'fund', market, UNIT, 0n, NEVER, FROM_VAULT],
      [markets, 'redeem', market, 1n, 0n, NEVER, attempts],
      [markets, 'addRevenue', market, UNIT, FROM_VAULT],
      [datatrusts, 'bond', 1n, UNIT, FROM_WALLET],
    ])
    await token.connect(attacker).approve(markets, AMOUNT)
    await token.setCallback(attempts, attempts.interface.encodeFunctionData('run', reentry))
    const { unlocked } = await markets.reserveOf(market)
    await markets.connect(attacker).fund(market, AMOUNT, 0n, NEVER, FROM_WALLET)

    expect(await attempts.outcomes()).toEqual(reentry[0].map(() => false))
    expect([await honestMoney(stage), await vaultBalance(stage, attempts), await token.balanceOf(attempts)]).toEqual(
      before,
    )
    expect((await markets.reserveOf(market)).unlocked).toBeLessThanOrEqual(unlocked + AMOUNT)
    expect(await marketShare.balanceOf(attempts)).toBe(0n)
  })

  it('gets nothing twice out of a deposit, a withdrawal or an addition of revenue', async () => {
    const stage = await loadFixture(deployCallback)
    const { vault, token, markets, market, deployer, attacker } = stage
    const attempts = await deployAttempts(deployer)
    await token.mint(attempts, AMOUNT)
    await attempts.run(
      ...(await encode([
        [token, 'approve', vault, AMOUNT],
        [vault, 'deposit', token, 10n * UNIT, attempts],
      ])),
    )
    const reentry = await encode([
      [vault, 'deposit', token, UNIT, attempts],
      [vault, 'withdraw', token, UNIT, attempts],
      [vault, 'open', token],
      [markets, 'addRevenue', market, UNIT, FROM_WALLET],
    ])
    const data = attempts.interface.encodeFunctionData('run', reentry)
    const asAttacker = vault.connect(attacker)
    await token.connect(attacker).approve(vault, AMOUNT)
    await token.connect(attacker).approve(markets, AMOUNT)
    const acts = [
      () => asAttacker.deposit(token, UNIT, attacker.address),
      () => asAttacker.withdraw(token, UNIT, attacker.address),
      () => markets.connect(attacker).addRevenue(market, UNIT, FROM_WALLET),
    ]
    for (const act of acts) {
      await token.setCallback(attempts, data)
      await act()
      expect(await attempts.outcomes()).toEqual([false, false, false, false])
      expect(await vaultBalance(stage, attempts)).toBe(10n * UNIT)
    }
  })

  it('can bring no other token into the Vault meanwhile, nor take one out', async () => {
    const stage = await loadFixture(deployCallback)
    const { vault, token, markets, market, honest, honestMarket, deployer, attacker } = stage
    const attempts = await deployAttempts(deployer)
    await honest.token.mint(attempts, 3n * AMOUNT)
    await deposit(honest, attacker, AMOUNT)
    await vault.connect(attacker).transfer(attempts, BigInt(await honest.token.getAddress()), AMOUNT)
    for (const spender of [vault, markets])
      await attempts.run(...(await encode([[honest.token, 'approve', spender, 3n * AMOUNT]])))
    const inside = await encode([
      [vault, 'deposit', honest.token, UNIT, attempts],
      [vault, 'withdraw', honest.token, UNIT, attempts],
      [markets, 'fund', honestMarket, UNIT, 0n, NEVER, FROM_WALLET],
      [vault, 'open', honest.token],
    ])
    await token.connect(attacker).approve(markets, AMOUNT)
    await token.setCallback(attempts, attempts.interface.encodeFunctionData('run', inside))
    const before = await honestMoney(stage)
    await markets.connect(attacker).fund(market, AMOUNT, 0n, NEVER, FROM_WALLET)
    expect(await attempts.outcomes()).toEqual([false, false, false, false])
    expect(await honestMoney(stage)).toEqual(before)
    await attempts.run(...inside)
    expect(await attempts.outcomes()).toEqual([true, true, true, true])
  })
})

describe('a token that takes more, gives less or says no', () => {
  it('cannot pay from a wallet with a fee, and is credited no more than arrived', async () => {
    const stage = await loadFixture(deployFee)
    const { vault, token, markets, market, attacker } = stage
    const before = await honestMoney(stage)
    await token.getFunction('setFees')(100n, 0n)
    await token.connect(attacker).approve(markets, AMOUNT)
    await token.connect(attacker).approve(vault, AMOUNT)
    const payment = markets.connect(attacker).fund(market, AMOUNT, 0n, NEVER, FROM_WALLET)
    expect((await revertOf(payment)).name).toBe('Payments_AmountMismatch')
    const credited = await profitOf(stage as unknown as Stage, attacker, () =>
      vault.connect(attacker).deposit(token, AMOUNT, attacker.address),
    )
    expect(credited).toBe((AMOUNT * 99n) / 100n)
    await token.getFunction('setFees')(0n, 100n)
    const withdrawal = vault.connect(attacker).withdraw(token, AMOUNT, attacker.address)
    expect((await revertOf(withdrawal)).name).toBe('Vault_WithdrawalMismatch')
    expect(await honestMoney(stage)).toEqual(before)
  })

  it('works without return values, where a permit is a call that does nothing', async () => {
    const stage = await loadFixture(deploySilent)
    const { vault, token, markets, market, attacker, patron } = stage
    const junk = { ...FROM_WALLET, v: 27n, r: ethers.id('r'), s: ethers.id('s'), permitDeadline: NEVER }
    expect((await revertOf(markets.connect(attacker).fund(market, AMOUNT, 0n, NEVER, junk))).name).toBe('Panic')
    await token.connect(patron).approve(vault, AMOUNT)
    const theft = vault.connect(attacker).depositWithPermit(token, AMOUNT, NEVER, 27, junk.r, junk.s)
    expect((await revertOf(theft)).name).toBe('Panic')
    await token.connect(attacker).approve(markets, AMOUNT)
    await markets.connect(attacker).fund(market, AMOUNT, 0n, NEVER, junk)
    await vault.connect(attacker).withdraw(token, UNIT, attacker.address)
  })

  it('that blocks an account keeps only that account from its tokens', async () => {
    const stage = await loadFixture(deployHarsh)
    const { vault, token, attacker, patron } = stage
    const own = stage as unknown as Stage
    const shares = await fund(own, patron, AMOUNT)
    await harsh(stage, 'setBlocked', patron.address, true)
    await redeem(own, patron, shares)
    const refused = vault.connect(patron).withdraw(token, UNIT, patron.address)
    expect((await revertOf(refused)).name).toBe('HarshToken_Blocked')
    await vault.connect(patron).withdraw(token, UNIT, attacker.address)
    await vault.connect(attacker).withdraw(token, UNIT, attacker.address)
  })

  it('that takes from the Vault hurts holders of its own id only', async () => {
    const stage = await loadFixture(deployHarsh)
    const { vault, token, markets, attacker, patron, honest, honestMarket } = stage
    const held: bigint = await token.balanceOf(vault)
    await harsh(stage, 'seize', await vault.getAddress(), held - UNIT)
    const late = vault.connect(patron).withdraw(token, 2n * UNIT, patron.address)
    expect((await revertOf(late)).name).toBe('ERC20InsufficientBalance')
    const other = { ...stage, token: honest.token, base: honest } as unknown as Stage
    const shares = await fund(other, attacker, AMOUNT, honestMarket)
    await redeem(other, attacker, shares, honestMarket)
    await vault.connect(patron).withdraw(honest.token, AMOUNT, patron.address)
    expect((await markets.reserveOf(honestMarket)).unlocked).toBeGreaterThan(0n)
  })

  it('makes no market with 0, 5, 19, 24 or no decimals, and holds itself in the Vault at worst', async () => {
    const { base, deployer, whale, vault, attacker } = await loadFixture(deployStage)
    for (const decimals of [0, 5, 19, 24, 255]) {
      const asset = await deployContract('DecimalsToken', [decimals], deployer)
      const creation = createMarket(base, { creator: whale, asset, salt: ethers.id(`${decimals}`) })
      expect((await revertOf(creation)).name).toBe('Markets_BadAsset')
      await asset.mint(attacker.address, 5n)
      await asset.connect(attacker).approve(vault, 5n)
      await vault.connect(attacker).deposit(asset, 5n, attacker.address)
      await vault.connect(attacker).withdraw(asset, 5n, attacker.address)
    }
    for (const asset of [attacker.address, vault, base.markets, base.curve]) {
      const creation = createMarket(base, { creator: whale, asset, salt: ethers.id('no token') })
      expect((await revertOf(creation)).name).toBe('Markets_BadAsset')
    }
  })

  it('may be a share of another market: selling what stands on it moves nothing below', async () => {
    const { base, patron, markets, marketShare, market, vault } = await loadFixture(deployStage)
    await marketShare.connect(patron).approve(vault, 3n * SHARE)
    await vault.connect(patron).deposit(marketShare, 3n * SHARE, patron.address)
    const params = { creator: patron, asset: marketShare, p0: SHARE, seed: 2n * SHARE, salt: ethers.id('on top') }
    const onTop = await createMarket(base, { ...params, config: { listReward: 0n } })
    const before = await markets.reserveOf(market)
    await markets.connect(patron).redeem(onTop.market, SHARE, 0n, NEVER, patron.address)
    expect((await markets.reserveOf(market)).toArray()).toEqual(before.toArray())
  })
})
