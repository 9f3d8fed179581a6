import { describe, expect, it } from 'vitest'
import { deployContract, ethers, loadFixture } from '../support/chain.ts'
import type { Contract } from '../support/contract.ts'
import { NEVER, SHARE, UNIT } from '../support/defaults.ts'
import { createMarket, deposit } from '../support/deploy.ts'
import { revertOf } from '../support/outcome.ts'
import { FROM_VAULT, FROM_WALLET, permitDeposit, permitPayment, signPermit } from '../support/payment.ts'
import { deployAttempts } from './support/attempts.ts'
import { type Call, encode } from './support/calls.ts'
import { deployStage, vaultBalance } from './support/patrons.ts'

const AMOUNT = 1_000n * UNIT

/** A victim with tokens in the wallet, and an attacker with a contract of their own. */
async function deployVictim() {
  const stage = await deployStage()
  const { token, deployer, buyer, attacker } = stage
  const attempts = await deployAttempts(deployer)
  for (const account of [buyer, attacker]) await token.mint(account.address, 10n * AMOUNT)
  return { ...stage, victim: buyer, attempts }
}

describe('a thief of permits', () => {
  it('cannot pay with a permit seen in somebody else’s call', async () => {
    const { markets, market, token, victim, attacker } = await loadFixture(deployVictim)
    const payment = await permitPayment(token, victim, await markets.getAddress(), AMOUNT)
    await token.connect(attacker).approve(markets, 0n)
    const theft = markets.connect(attacker).fund(market, AMOUNT, 0n, NEVER, payment)
    expect((await revertOf(theft)).name).toBe('ERC20InsufficientAllowance')
    await markets.connect(victim).fund(market, AMOUNT, 0n, NEVER, payment)
  })

  it('cannot stop a payment by using its permit up first, nor use the allowance that this leaves', async () => {
    const { markets, market, marketShare, token, victim, attacker } = await loadFixture(deployVictim)
    const { v, r, s, ...payment } = await permitPayment(token, victim, await markets.getAddress(), AMOUNT)
    await token.connect(attacker).permit(victim.address, markets, AMOUNT, NEVER, v, r, s)
    for (const source of [FROM_WALLET, { ...payment, v, r, s }]) {
      const theft = markets.connect(attacker).fund(market, AMOUNT, 0n, NEVER, source)
      expect((await revertOf(theft)).name).toBe('ERC20InsufficientAllowance')
    }
    await markets.connect(victim).fund(market, AMOUNT, 0n, NEVER, { ...payment, v, r, s })
    expect(await marketShare.balanceOf(victim.address)).toBeGreaterThan(0n)
  })

  it('cannot move a standing allowance with a permit, be it the victim’s, for less or forged', async () => {
    const { vault, token, victim, attacker } = await loadFixture(deployVictim)
    await token.connect(victim).approve(vault, ethers.MaxUint256)
    const permitted = await permitDeposit(token, victim, vault, UNIT)
    const more = permitted.map((arg, i) => (i === 1 ? AMOUNT : arg))
    const forged = [...permitted.slice(0, 4), ethers.id('r'), ethers.id('s')]
    const before = await token.balanceOf(victim.address)
    for (const args of [permitted, more, forged]) {
      const theft = vault.connect(attacker).depositWithPermit(...args)
      expect((await revertOf(theft)).name).toBe('ERC20InsufficientAllowance')
    }
    expect(await token.balanceOf(victim.address)).toBe(before)
  })

  it('cannot spoil a set-up by using its permit up first: the multicall still deposits and names the operator', async () => {
    const stage = await loadFixture(deployVictim)
    const { vault, token, markets, victim, attacker } = stage
    const permitted = await permitDeposit(token, victim, vault, AMOUNT)
    const setUp = [
      vault.interface.encodeFunctionData('depositWithPermit', permitted),
      vault.interface.encodeFunctionData('setOperator', [await markets.getAddress(), true]),
    ]
    const asAttacker = vault.connect(attacker)
    for (const frontRun of [asAttacker.depositWithPermit(...permitted), asAttacker.multicall(setUp)])
      expect((await revertOf(frontRun)).name).toBe('ERC20InsufficientAllowance')
    const [, ...permit] = permitted
    await token.connect(attacker).permit(victim.address, vault, ...permit)
    await vault.connect(victim).multicall(setUp)
    expect(await vaultBalance(stage, victim)).toBe(AMOUNT)
    expect(await vault.isOperator(victim.address, markets)).toBe(true)
  })
})

describe('a thief of Vault balances', () => {
  it('is no operator: a payment from the Vault takes only from who calls, and only if they allowed it', async () => {
    const stage = await loadFixture(deployVictim)
    const { vault, token, markets, market, base, victim, attacker, datatrusts } = stage
    await deposit(base, victim, AMOUNT, markets)
    const id = BigInt(await token.getAddress())
    await vault.connect(attacker).setOperator(markets, false)
    const calls = [
      markets.connect(attacker).fund(market, AMOUNT, 0n, NEVER, FROM_VAULT),
      vault.connect(attacker).transferFrom(victim.address, attacker.address, id, AMOUNT),
      datatrusts.connect(victim).bond(1n, AMOUNT, FROM_VAULT),
    ]
    const names = await Promise.all(calls.map(async (call) => (await revertOf(call)).name))
    expect(names).toEqual(['ERC6909InsufficientAllowance', 'ERC6909InsufficientAllowance', 'Datatrusts_Unknown'])
    expect(await vaultBalance(stage, victim)).toBe(AMOUNT)
  })

  it('who was named operator loses every power with the naming', async () => {
    const { vault, token, base, victim, attacker } = await loadFixture(deployVictim)
    await deposit(base, victim, AMOUNT)
    const id = BigInt(await token.getAddress())
    await vault.connect(victim).setOperator(attacker.address, true)
    await vault.connect(attacker).transferFrom(victim.address, attacker.address, id, UNIT)
    await vault.connect(victim).setOperator(attacker.address, false)
    const theft = vault.connect(attacker).transferFrom(victim.address, attacker.address, id, UNIT)
    expect((await revertOf(theft)).name).toBe('ERC6909InsufficientAllowance')
  })

  it('is themselves in every call of a multicall, however deep', async () => {
    const stage = await loadFixture(deployVictim)
    const { vault, token, base, victim, attacker } = stage
    await deposit(base, victim, AMOUNT)
    const id = BigInt(await token.getAddress())
    const encoded = vault.interface.encodeFunctionData.bind(vault.interface)
    const theft = encoded('transferFrom', [victim.address, attacker.address, id, AMOUNT])
    const deep = encoded('multicall', [[encoded('multicall', [[theft]])]])
    expect((await revertOf(vault.connect(attacker).multicall([deep]))).name).toBe('ERC6909InsufficientAllowance')
    const withdrawal = encoded('withdraw', [await token.getAddress(), 1n, attacker.address])
    const own = await vaultBalance(stage, attacker)
    await vault.connect(attacker).multicall([encoded('multicall', [[withdrawal, withdrawal]])])
    expect(await vaultBalance(stage, attacker)).toBe(own - 2n)
    expect(await vaultBalance(stage, victim)).toBe(AMOUNT)
  })

  it('gets no credit for tokens that strayed into the Vault, nor for the same tokens twice', async () => {
    const stage = await loadFixture(deployVictim)
    const { vault, token, attempts } = stage
    await token.mint(vault, AMOUNT)
    await token.mint(attempts, 2n * UNIT)
    const open: Call = [vault, 'open', token]
    const close: Call = [vault, 'close', token, attempts]
    await attempts.run(...(await encode([open, close, [token, 'transfer', vault, UNIT], close, close, open, close])))
    expect(await vaultBalance(stage, attempts)).toBe(UNIT)
  })

  it('cannot count a deposit in an opening as well', async () => {
    const stage = await loadFixture(deployVictim)
    const { vault, token, attempts, deployer } = stage
    const helper = await deployAttempts(deployer)
    for (const account of [attempts, helper]) {
      await token.mint(account, 10n * UNIT)
      await account.run(
        ...(await encode([
          [token, 'approve', vault, 10n * UNIT],
          [vault, 'deposit', token, 3n * UNIT, account],
        ])),
      )
    }
    const byHelper = await encode([
      [vault, 'deposit', token, UNIT, helper],
      [vault, 'withdraw', token, UNIT, helper],
      [vault, 'open', token],
      [vault, 'close', token, helper],
    ])
    await attempts.run(
      ...(await encode([
        [vault, 'open', token],
        [helper, 'run', ...byHelper],
        [vault, 'deposit', token, UNIT, attempts],
        [token, 'transfer', vault, UNIT],
        [vault, 'close', token, attempts],
      ])),
    )
    expect(await helper.outcomes()).toEqual([false, false, false, false])
    expect(await attempts.outcomes()).toEqual([true, true, false, true, true])
    expect(await vaultBalance(stage, attempts)).toBe(4n * UNIT)
    expect(await vaultBalance(stage, helper)).toBe(3n * UNIT)
  })

  it('cannot hinder others beyond the transaction by leaving an opening', async () => {
    const { vault, token, base, attempts, victim } = await loadFixture(deployVictim)
    await attempts.run(...(await encode([[vault, 'open', token]])))
    await deposit(base, victim, UNIT)
    await vault.connect(victim).withdraw(token, UNIT, victim.address)
  })

  it('gains nothing from a token with two addresses by opening one and depositing by the other', async () => {
    const { vault, deployer, victim, attempts } = await loadFixture(deployVictim)
    const first = await deployContract('TwoEntryToken', [], deployer)
    const second = await deployContract('SecondEntry', [await first.getAddress()], deployer)
    await (first as unknown as { setSecondEntry(entry: Contract): Promise<unknown> }).setSecondEntry(second)
    await first.mint(victim.address, 100n)
    await first.connect(victim).approve(vault, 100n)
    await vault.connect(victim).deposit(first, 100n, victim.address)
    await first.mint(attempts, 100n)
    await attempts.run(
      ...(await encode([
        [first, 'approve', vault, 100n],
        [vault, 'open', first],
        [vault, 'deposit', second, 100n, attempts],
        [vault, 'close', first, attempts],
        [vault, 'withdraw', second, 100n, attempts],
        [vault, 'withdraw', first, 100n, attempts],
      ])),
    )
    expect(await first.balanceOf(attempts)).toBeLessThanOrEqual(100n)
  })
})

describe('a thief of shares', () => {
  it('cannot use a share’s permit for another market’s share, nor for more', async () => {
    const { base, whale, attacker, marketShare } = await loadFixture(deployVictim)
    const second = (await createMarket(base, { creator: whale, salt: ethers.id('second') })).share
    const { v, r, s } = await signPermit(marketShare, whale, attacker.address, SHARE)
    const asAttacker = (share: Contract) => share.connect(attacker)
    for (const [share, amount] of [
      [second, SHARE],
      [marketShare, 2n * SHARE],
    ] as const) {
      const call = asAttacker(share).permit(whale.address, attacker.address, amount, NEVER, v, r, s)
      expect((await revertOf(call)).name).toBe('ERC2612InvalidSigner')
    }
    await asAttacker(marketShare).permit(whale.address, attacker.address, SHARE, NEVER, v, r, s)
    await asAttacker(marketShare).transferFrom(whale.address, attacker.address, SHARE)
    expect((await revertOf(asAttacker(marketShare).transferFrom(whale.address, attacker.address, 1n))).name).toBe(
      'ERC20InsufficientAllowance',
    )
  })

  it('cannot mint, burn, or sell what others hold', async () => {
    const { markets, market, marketShare, attacker, patron } = await loadFixture(deployVictim)
    const asAttacker = marketShare.connect(attacker)
    expect((await revertOf(asAttacker.mint(attacker.address, 1n))).name).toBe('Share_NotMarkets')
    expect((await revertOf(asAttacker.burn(patron.address, 1n))).name).toBe('Share_NotMarkets')
    const sale = markets.connect(attacker).redeem(market, 1n, 0n, NEVER, attacker.address)
    expect((await revertOf(sale)).name).toBe('ERC20InsufficientBalance')
  })

  it('cannot make votes by moving shares: they always sum to the supply', async () => {
    const { markets, market, marketShare, attacker, patron, whale } = await loadFixture(deployVictim)
    const dead = '0x000000000000000000000000000000000000dEaD'
    const holders = [dead, attacker.address, patron.address, whale.address]
    const moves = [
      () => marketShare.connect(patron).transfer(attacker.address, 7n * SHARE),
      () => marketShare.connect(attacker).transfer(attacker.address, 7n * SHARE),
      () => marketShare.connect(attacker).delegate(attacker.address),
      () => markets.connect(attacker).redeem(market, 3n * SHARE, 0n, NEVER, attacker.address),
      () => marketShare.connect(attacker).transfer(dead, SHARE),
      () => markets.connect(attacker).fund(market, AMOUNT, 0n, NEVER, FROM_VAULT),
    ]
    for (const move of moves) {
      await move()
      const votes: bigint[] = await Promise.all(holders.map((holder) => marketShare.getVotes(holder)))
      const balances: bigint[] = await Promise.all(holders.map((holder) => marketShare.balanceOf(holder)))
      expect(votes).toEqual(balances)
      expect(votes.reduce((sum, count) => sum + count, 0n)).toBe(await marketShare.totalSupply())
    }
    expect((await revertOf(marketShare.connect(patron).delegate(attacker.address))).name).toBe('Share_NoDelegation')
  })
})
