import { describe, expect, it } from 'vitest'
import {
  contractAt,
  deployContract,
  ethers,
  loadFixture,
  now,
  passSeconds,
  setNextTimestamp,
} from '../support/chain.ts'
import { CONFIG, DAY, HOUR, SHARE, UNIT } from '../support/defaults.ts'
import { createMarket, deployMarket } from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { FROM_VAULT, FROM_WALLET } from '../support/payment.ts'

const FIRST = 1n

describe('Markets.setAdmission', () => {
  it('takes effect after the same delay as a config', async () => {
    const { markets, market, admin } = await loadFixture(deployMarket)
    const events = await eventsOf(markets.connect(admin).setAdmission(market, FIRST, true), markets)
    const effectiveAt = (await now()) + 7 * DAY
    expect(events).toEqual([{ name: 'AdmissionScheduled', args: [market, FIRST, true, BigInt(effectiveAt)] }])
    await passSeconds(7 * DAY - 1)
    expect(await markets.isAdmitted(market, FIRST)).toBe(false)
    await passSeconds(1)
    expect(await markets.isAdmitted(market, FIRST)).toBe(true)
    expect(await markets.isAdmitted(market, 2n)).toBe(false)
  })

  it('ends as late as it began, and what was scheduled is replaced', async () => {
    const { markets, market, admin } = await loadFixture(deployMarket)
    const asAdmin = markets.connect(admin)
    await asAdmin.setAdmission(market, FIRST, true)
    await passSeconds(6 * DAY)
    await asAdmin.setAdmission(market, FIRST, true)
    await passSeconds(2 * DAY)
    expect(await markets.isAdmitted(market, FIRST)).toBe(false)
    await passSeconds(5 * DAY)
    expect(await markets.isAdmitted(market, FIRST)).toBe(true)
    await asAdmin.setAdmission(market, FIRST, false)
    await passSeconds(7 * DAY - 1)
    expect(await markets.isAdmitted(market, FIRST)).toBe(true)
    await passSeconds(1)
    expect(await markets.isAdmitted(market, FIRST)).toBe(false)
  })

  it('is the admin’s', async () => {
    const { markets, market, whale } = await loadFixture(deployMarket)
    expect(await revertOf(markets.connect(whale).setAdmission(market, FIRST, true))).toEqual({
      name: 'Markets_NotAdmin',
      args: [market, whale.address],
    })
    const unknown = ethers.id('?')
    expect((await revertOf(markets.setAdmission(unknown, FIRST, true))).name).toBe('Markets_Unknown')
    expect((await revertOf(markets.isAdmitted(unknown, FIRST))).name).toBe('Markets_Unknown')
  })

  it('matters where the config says so', async () => {
    const { base, markets, whale, admin } = await loadFixture(deployMarket)
    const config = { isCurated: true }
    const creation = { creator: whale, salt: ethers.id('curated'), config, admin: admin.address }
    const { market } = await createMarket(base, creation)
    expect((await markets.saleTermsOf(market, FIRST)).isAdmitted).toBe(false)
    expect(await revertOf(markets.listingTermsOf(market, FIRST))).toEqual({
      name: 'Markets_NotAdmitted',
      args: [market, FIRST],
    })
    await markets.connect(admin).setAdmission(market, FIRST, true)
    await passSeconds(7 * DAY)
    expect((await markets.saleTermsOf(market, FIRST)).isAdmitted).toBe(true)
    await markets.listingTermsOf(market, FIRST)
  })
})

describe('Markets.addBounty', () => {
  it('is anybody’s, and leaves the reserve alone', async () => {
    const { markets, market, patron, vault, token } = await loadFixture(deployMarket)
    const before = await markets.reserveOf(market)
    const balance = await vault.balanceOf(patron.address, BigInt(await token.getAddress()))
    const events = await eventsOf(markets.connect(patron).addBounty(market, 7n, FROM_VAULT), markets)
    expect(events).toEqual([{ name: 'BountyAdded', args: [market, 7n] }])
    const after = await markets.reserveOf(market)
    expect(after.bounty - before.bounty).toBe(7n)
    expect([after.unlocked, after.locked]).toEqual([before.unlocked, before.locked])
    expect(balance - (await vault.balanceOf(patron.address, BigInt(await token.getAddress())))).toBe(7n)
  })

  it('comes from the wallet too', async () => {
    const { markets, market, stranger, token } = await loadFixture(deployMarket)
    await token.mint(stranger.address, UNIT)
    await token.connect(stranger).approve(markets, UNIT)
    await markets.connect(stranger).addBounty(market, UNIT, FROM_WALLET)
    expect(await token.balanceOf(stranger.address)).toBe(0n)
  })

  it('refuses nothing, too much, what is not there, and an unknown market', async () => {
    const { markets, market, patron, stranger } = await loadFixture(deployMarket)
    for (const amount of [0n, 2n ** 112n]) {
      expect(await revertOf(markets.connect(patron).addBounty(market, amount, FROM_VAULT))).toEqual({
        name: 'Markets_BadAmount',
        args: [amount],
      })
    }
    expect((await revertOf(markets.connect(stranger).addBounty(market, 1n, FROM_VAULT))).name).toBe(
      'ERC6909InsufficientAllowance',
    )
    const unknown = ethers.id('?')
    expect((await revertOf(markets.addBounty(unknown, 1n, FROM_VAULT))).name).toBe('Markets_Unknown')
  })
})

describe('Markets.pollTermsOf', () => {
  it('tells what a poll goes by', async () => {
    const { markets, market, marketShare, token, admin } = await loadFixture(deployMarket)
    expect((await markets.pollTermsOf(market)).toObject()).toEqual({
      asset: await token.getAddress(),
      share: await marketShare.getAddress(),
      admin: admin.address,
      quorumBps: CONFIG.quorumBps,
      challengeFeeBps: CONFIG.challengeFeeBps,
      pollSeconds: CONFIG.pollSeconds,
      challengeBond: CONFIG.challengeBond,
    })
    expect((await revertOf(markets.pollTermsOf(ethers.id('?')))).name).toBe('Markets_Unknown')
  })
})

describe('An OpenZeppelin Governor with its TimelockController', () => {
  const [DELAY, PERIOD, TIMELOCK] = [HOUR, 2 * DAY, DAY]
  const SUCCEEDED = 4n
  const DEFEATED = 3n

  /** A market whose admin is the timelock of a Governor over its shares. */
  async function deployGoverned() {
    const fixture = await deployMarket()
    const { base, deployer, whale, patron, buyer } = fixture
    const timelock = await deployContract(
      'TimelockController',
      [TIMELOCK, [], [ethers.ZeroAddress], deployer.address],
      deployer,
    )
    const { market, share } = await createMarket(base, {
      creator: whale,
      salt: ethers.id('governed'),
      admin: await timelock.getAddress(),
      config: { isCurated: true },
    })
    const governor = await deployContract('MarketGovernor', [share, timelock, DELAY, PERIOD], deployer)
    await timelock.grantRole(await timelock.PROPOSER_ROLE(), governor)
    await timelock.renounceRole(ethers.ZeroHash, deployer.address)
    await share.connect(whale).transfer(patron.address, 100n * SHARE)
    await share.connect(whale).transfer(buyer.address, 39n * SHARE)
    await passSeconds(1)
    return { ...fixture, market, governor, share: await contractAt('Share', await share.getAddress()) }
  }

  type Governed = Awaited<ReturnType<typeof deployGoverned>>

  async function proposed({ governor, markets, market, patron }: Governed) {
    const config = { ...CONFIG, isCurated: true, spreadBps: 700n }
    const target = await markets.getAddress()
    const calls = [
      markets.interface.encodeFunctionData('setConfig', [market, config]),
      markets.interface.encodeFunctionData('setAdmission', [market, FIRST, true]),
    ]
    const action = [[target, target], [0n, 0n], calls] as const
    const proposal = await governor.connect(patron).propose.staticCall(...action, 'Wider spread, one datatrust')
    await governor.connect(patron).propose(...action, 'Wider spread, one datatrust')
    await passSeconds(DELAY + 1)
    const named = [...action, ethers.id('Wider spread, one datatrust')] as const
    return { config, proposal, named }
  }

  it('changes config and admission list: propose, vote, queue, execute', async () => {
    const governed = await loadFixture(deployGoverned)
    const { governor, markets, market, patron, whale } = governed
    const { config, proposal, named } = await proposed(governed)
    await governor.connect(patron).castVote(proposal, 1n)
    await governor.connect(whale).castVote(proposal, 1n)
    await setNextTimestamp(Number(await governor.proposalDeadline(proposal)) + 1)
    await governor.queue(...named)
    expect((await revertOf(governor.execute(...named))).name).toBe('TimelockUnexpectedOperationState')
    await passSeconds(TIMELOCK)
    await governor.execute(...named)
    await passSeconds(7 * DAY - 1)
    expect((await markets.configOf(market)).config.spreadBps).toBe(CONFIG.spreadBps)
    expect(await markets.isAdmitted(market, FIRST)).toBe(false)
    await passSeconds(1)
    expect((await markets.configOf(market)).config.toObject()).toEqual(config)
    expect(await markets.isAdmitted(market, FIRST)).toBe(true)
  })

  it('changes nothing without quorum, or directly', async () => {
    const governed = await loadFixture(deployGoverned)
    const { governor, markets, market, buyer } = governed
    const { config, proposal, named } = await proposed(governed)
    await governor.connect(buyer).castVote(proposal, 1n)
    await passSeconds(PERIOD)
    expect((await revertOf(governor.queue(...named))).name).toBe('GovernorUnexpectedProposalState')
    expect(await governor.state(proposal)).toBe(DEFEATED)
    expect((await revertOf(markets.connect(buyer).setConfig(market, config))).name).toBe('Markets_NotAdmin')
  })

  it('counts what was held when the vote began, whatever is sold since', async () => {
    const governed = await loadFixture(deployGoverned)
    const { governor, share, patron, stranger } = governed
    const { proposal } = await proposed(governed)
    await share.connect(patron).transfer(stranger.address, 100n * SHARE)
    await governor.connect(patron).castVote(proposal, 1n)
    await governor.connect(stranger).castVote(proposal, 0n)
    await passSeconds(PERIOD)
    expect(await governor.state(proposal)).toBe(SUCCEEDED)
  })
})
