import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Markets__factory } from '@gristmill/abi'
import { DAY, HOUR } from '@gristmill/protocol'
import { jsonRpcProvider } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ONE, type Stage, setStage } from './_stage.js'

const SHARE = 10n ** 18n
let stage: Stage
let market: string
let listing: string
let other: string

const publish = async (name: string) => {
  await writeFile(join(stage.cwd, `${name}.csv`), `name,rain\n${name},1\n`)
  const published = ['publish', `${name}.csv`, '--license', 'CC0-1.0', '--access', '5']
  return (await stage.json<{ listing: string }>('maker', published)).listing
}

beforeAll(async () => {
  stage = await setStage()
  const create = ['market', 'create', '--seed', '1000', '--preset', 'quick']
  ;({ market } = await stage.json<{ market: string }>('patron', create))
  listing = await publish('one')
  other = await publish('two')
  await stage.localnet.advance(10)
})
afterAll(() => stage?.close())

const vaultOf = async (actor: 'buyer' | 'patron') => {
  const { vault } = await stage.json<{ vault: string }>(actor, ['vault', 'balance'])
  return BigInt(vault)
}

describe('signals', () => {
  it('are planned, made, shown and rank what is for sale', async () => {
    const plan = await stage.json<{ transactions: unknown[] }>('patron', ['signal', listing, '50', '--dry-run'])
    expect(plan.transactions).toMatchObject([{ contract: 'signals', function: 'signal' }])
    expect((await stage.as('patron', ['signal', listing, '50'])).code).toBe(0)
    expect((await stage.as('patron', ['show', listing])).stdout).toMatch(/signal\s+0\.0 shares that earn, 50\.0/)
    await stage.localnet.advance(2 * DAY + 1)
    const flushed = await stage.json('buyer', ['signal', 'flush', listing])
    expect(flushed).toMatchObject({ amount: '0', active: (50n * SHARE).toString() })
    const newest = await stage.json<{ listings: { listing: string }[] }>('buyer', ['listings'])
    expect(newest.listings.map((found) => found.listing)).toEqual([other, listing])
    const ranked = await stage.as('buyer', ['listings', '--sort', 'signal'])
    expect(ranked.stdout).toMatch(/SIGNAL\n.*one.*50\.0 shares\n.*two.*0\.0 shares/)
    const pages = ['listings', '--sort', 'signal', '--limit', '1']
    const first = await stage.json<{ listings: { listing: string }[]; next: string }>('buyer', pages)
    const second = await stage.json<{ listings: { listing: string }[]; next?: string }>('buyer', [
      ...pages,
      '--after',
      first.next,
    ])
    expect([...first.listings, ...second.listings].map((found) => found.listing)).toEqual([listing, other])
    expect(second.next).toBeUndefined()
  })

  it('earn from a sale, which is claimed into the Vault', async () => {
    expect((await stage.as('buyer', ['buy', listing, '--out', 'one-bought.csv', '--direct'])).code).toBe(0)
    const { signals } = await stage.json<{ signals: { amount: string }[] }>('patron', ['rewards'])
    const earned = BigInt(signals[0]?.amount ?? 0)
    // 2 % of 5, less than three units of it lost to rounding.
    expect(earned).toBeGreaterThan(ONE / 10n - 3n)
    const before = await vaultOf('patron')
    expect((await stage.as('patron', ['rewards'])).stdout).toContain(`signal on ${listing}`)
    expect((await stage.as('patron', ['rewards', 'claim'])).code).toBe(0)
    expect(await vaultOf('patron')).toBe(before + earned)
    expect((await stage.as('patron', ['rewards', 'claim'])).stderr).toContain('nothing to claim')
  })

  it('hold their shares until they are withdrawn', async () => {
    const held = await stage.as('patron', ['market', 'redeem', 'all'])
    expect(held).toMatchObject({ code: 1 })
    expect(held.stderr).toContain('[SHARE_ENCUMBERED]')
    const { markets } = await stage.json<{ markets: unknown[] }>('patron', ['portfolio'])
    expect(markets).toMatchObject([{ market, encumbered: (50n * SHARE).toString() }])
    expect((await stage.as('patron', ['signal', 'withdraw', listing, '20'])).code).toBe(0)
    expect((await stage.as('patron', ['signal', 'withdraw', listing, 'all'])).stdout).toContain('30.0 shares')
  })

  it.each([[['0', 'ARGUMENT', 2]], [['1000000', 'NOT_ENOUGH_SHARES', 4]], [['many', 'ARGUMENT', 2]]] as const)(
    'are refused of %j',
    async ([shares, code, exit]) => {
      const outcome = await stage.as('patron', ['signal', listing, shares])
      expect(outcome).toMatchObject({ code: exit, stdout: '' })
      expect(outcome.stderr).toContain(`[${code}]`)
    },
  )
})

describe('a challenge', () => {
  it('is planned, opened, voted on, resolved and paid', async () => {
    const challenge = ['challenge', other, '--because', 'made up by a script']
    const plan = await stage.json<{ moves: unknown[]; signatures: string[] }>('buyer', [...challenge, '--dry-run'])
    expect(plan).toMatchObject({ moves: [{ amount: String(10n * ONE), from: 'wallet' }], signatures: ['Permit'] })
    const before = await vaultOf('buyer')
    const { poll } = await stage.json<{ poll: number }>('buyer', challenge)
    expect((await stage.as('buyer', ['show', other])).stdout).toContain(`removing it in poll ${poll}`)
    const id = String(poll)

    const { polls } = await stage.json<{ polls: unknown[] }>('buyer', ['polls', '--open', '--market', market])
    expect(polls).toMatchObject([
      { poll, status: 'open', subject: { kind: 'challenge', evidence: 'made up by a script' } },
    ])
    expect((await stage.as('buyer', ['polls'])).stdout).toContain(`remove listing ${other}`)
    const shown = await stage.as('buyer', ['poll', id, '--account', stage.localnet.actors.patron.address])
    expect(shown.stdout).toMatch(/because\s+made up by a script/)
    expect(shown.stdout).toContain(`gristmill vote ${poll}`)
    expect((await stage.as('buyer', ['vote', id, 'yes'])).stderr).toContain('[NO_VOTES]')
    expect((await stage.as('patron', ['vote', id, 'yes'], { answers: ['n'] })).code).toBe(3)
    expect((await stage.as('patron', ['vote', id, 'yes'])).code).toBe(0)
    const again = await stage.as('patron', ['vote', id, 'no'])
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(again.stderr).toContain('[CURATION_VOTED]')
    expect((await stage.as('buyer', ['resolve', id])).stderr).toContain('[CURATION_STILL_OPEN]')

    // A quorum that comes late prolongs a poll once.
    await stage.localnet.advance(2 * HOUR + 1)
    expect((await stage.as('buyer', ['polls'])).stdout).toContain('to be resolved until')
    const resolved = await stage.json('buyer', ['resolve', id])
    expect(resolved).toMatchObject({ status: 'passed', toOpener: String(14n * ONE), toVoters: String(ONE) })
    expect(await vaultOf('buyer')).toBe(before + 14n * ONE)
    expect((await stage.as('buyer', ['show', other])).stdout).toMatch(/challenge\s+removed by the share holders/)
    expect((await stage.json<{ listings: unknown[] }>('buyer', ['listings'])).listings).toHaveLength(1)
    const { votes } = await stage.json<{ votes: unknown[] }>('patron', ['rewards', 'claim'])
    expect(votes).toEqual([{ poll, amount: String(ONE) }])
  })

  it.each([
    [['challenge', `0x${'12'.repeat(32)}`, '--because', 'x'], 'LISTINGS_UNKNOWN', 1],
    [['challenge', '0x12', '--because', 'x'], 'ARGUMENT', 2],
    [['challenge', `0x${'12'.repeat(32)}`, '--because', 'x'.repeat(513)], 'ARGUMENT', 2],
    [['poll', 'one'], 'ARGUMENT', 2],
    [['poll', '99'], 'CURATION_UNKNOWN', 1],
    [['resolve', '0'], 'ARGUMENT', 2],
  ])('is refused of %j', async (argv, code, exit) => {
    const outcome = await stage.as('buyer', argv)
    expect(outcome).toMatchObject({ code: exit, stdout: '' })
    expect(outcome.stderr).toContain(`[${code}]`)
  })

  it('is nothing without a reason, nor a vote without an answer', async () => {
    expect((await stage.as('buyer', ['challenge', listing])).code).toBe(2)
    expect((await stage.as('patron', ['vote', '1', 'maybe'])).code).toBe(2)
  })
})

describe('new rules', () => {
  let governed: string
  beforeAll(async () => {
    const admin = stage.localnet.deployment.curation
    const create = ['market', 'create', '--seed', '100', '--preset', 'quick', '--admin', admin]
    ;({ market: governed } = await stage.json<{ market: string }>('patron', create))
    await stage.localnet.advance(10)
  })
  const decide = async (poll: number) => {
    expect((await stage.as('patron', ['vote', String(poll), 'yes'])).code).toBe(0)
    await stage.localnet.advance(2 * HOUR + 1)
    expect(await stage.json('patron', ['resolve', String(poll)])).toMatchObject({ status: 'passed' })
    await stage.localnet.advance(2 * HOUR)
  }
  const shown = async () => (await stage.json<{ config: object }>('patron', ['market', 'show', governed])).config

  it('are proposed as what changes, shown in full to who votes, and resolved as they were proposed', async () => {
    const before = await shown()
    await writeFile(join(stage.cwd, 'rules.json'), '{"makerBps":6600,"listReward":"3"}')
    const propose = ['propose', 'config', governed, '--config', 'rules.json', '--maker-bps', '6500']
    const plan = await stage.as('buyer', [...propose, '--dry-run'])
    expect(plan.stdout).toMatch(/maker 65 %.*\(today maker 70 %/)
    expect(plan.stdout).not.toContain('the ask is at least')
    const { poll, bond } = await stage.json<{ poll: number; bond: string }>('buyer', propose)
    expect(bond).toBe(String(10n * ONE))
    expect((await stage.as('patron', ['poll', String(poll)])).stdout).toContain('maker 65 %')
    await decide(poll)
    expect(await shown()).toEqual({ ...before, makerBps: 6_500, listReward: String(3n * ONE) })
  })

  it('say who is on the list', async () => {
    const propose = (answer: string) => ['propose', 'admission', governed, '1', answer]
    const { poll } = await stage.json<{ poll: number }>('buyer', propose('admit'))
    expect((await stage.as('patron', ['poll', String(poll)])).stdout).toContain('admit datatrust 1')
    await decide(poll)
    await decide((await stage.json<{ poll: number }>('buyer', propose('dismiss'))).poll)
    const { markets } = stage.localnet.deployment
    const contract = Markets__factory.connect(markets, jsonRpcProvider(stage.localnet.url))
    const scheduled = await contract.queryFilter(contract.filters.AdmissionScheduled(governed))
    expect(scheduled.map(({ args }) => [Number(args.datatrust), args.isAdmitted])).toEqual([
      [1, true],
      [1, false],
    ])
  })

  it.each([
    [() => ['propose', 'config', governed], 'ARGUMENT', 2],
    [() => ['propose', 'config', governed, '--maker-bps', '70'], 'MARKETS_CONFIG_OUT_OF_BOUNDS', 1],
    [() => ['propose', 'config', market, '--maker-bps', '6500'], 'CURATION_NOT_ADMIN', 1],
    [() => ['propose', 'admission', governed, 'one', 'admit'], 'ARGUMENT', 2],
    [() => ['propose', 'admission', governed, '99', 'admit'], 'DATATRUSTS_UNKNOWN', 1],
    [() => ['dispute', '0x12', '--because', 'x'], 'ARGUMENT', 2],
    [() => ['dispute', `0x${'12'.repeat(32)}`, '--because', 'x'], 'ORDER_UNKNOWN', 1],
  ])('are refused of what makes no sense (%#)', async (argv, code, exit) => {
    const outcome = await stage.as('buyer', argv())
    expect(outcome).toMatchObject({ code: exit, stdout: '' })
    expect(outcome.stderr).toContain(`[${code}]`)
  })
})

describe('portfolio', () => {
  it('adds up what was paid in, taken out and is there', async () => {
    const started = await stage.json<{ markets: { market: string; paidIn: string }[] }>('patron', ['portfolio'])
    expect(started.markets.find((entry) => entry.market === market)?.paidIn).toBe(String(1_000n * ONE))
    expect((await stage.as('sponsor', ['portfolio'])).stderr).toContain('never bought shares')
    await stage.json('sponsor', ['market', 'fund', '100', '--market', market])
    const { amount } = await stage.json<{ amount: string }>('sponsor', ['market', 'redeem', '10', '--market', market])
    const { markets } = await stage.json<{ markets: Record<string, string>[] }>('sponsor', ['portfolio'])
    const [entry] = markets as [Record<string, string>]
    expect(entry).toMatchObject({ market, paidIn: String(100n * ONE), takenOut: amount, encumbered: '0' })
    const client = await stage.client('sponsor')
    const shares = BigInt(entry.shares as string)
    const quoted = await client.markets.quoteRedeem({ market: market as `0x${string}`, shares })
    expect(entry.net).toBe(String(BigInt(amount) + BigInt(entry.redeemable as string) - 100n * ONE))
    expect(quoted.amount).toBeGreaterThanOrEqual(BigInt(entry.redeemable as string))
    const of = ['--account', stage.localnet.actors.sponsor.address]
    const { stdout } = await stage.as('buyer', ['portfolio', '--over-time', ...of])
    expect(stdout).toMatch(/funded .*100\.0 tUSD.*100\.0 tUSD\n.*redeemed .*10\.0 shares/)
  })
})
