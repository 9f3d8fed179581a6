import { type Localnet, startLocalnet } from '@gristmill/localnet'
import { Client, defaultMarketConfig, jsonRpcProvider } from '@gristmill/sdk'
import { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFolder, gristmill, OFFLINE_PROFILE, writeProfile } from './_util.js'

const ONE = 1_000_000n
let localnet: Localnet
let client: Client
let market: string

beforeAll(async () => {
  localnet = await startLocalnet({ seed: 'cli' })
  const runner = new Wallet(localnet.actors.buyer.privateKey, jsonRpcProvider(localnet.url))
  client = await Client.connect({ runner, deployment: localnet.deployment })
  const terms = { asset: localnet.token, p0: ONE, k: 10n ** 24n, config: defaultMarketConfig(6) }
  market = (await client.markets.create({ ...terms, seed: 250n * ONE, payment: 'permit' })).market
})
afterAll(() => localnet?.close())

const withProfile = async (argv: readonly string[]) => {
  const { url: rpcUrl, deployment, token } = localnet
  const profile = { ...OFFLINE_PROFILE, rpcUrl, deployment, token, market }
  const file = await writeProfile(await createFolder(), profile, localnet.actors.buyer.privateKey)
  return gristmill([...argv, '--profile', file])
}

describe('vault balance', () => {
  it('shows money for people and base units for programs', async () => {
    const forPeople = await withProfile(['vault', 'balance'])
    expect(forPeople).toMatchObject({ code: 0, stderr: '' })
    expect(forPeople.stdout).toMatch(/wallet\s+9999750\.0 \S+\nvault\s+0\.0 /)
    const forPrograms = await withProfile(['vault', 'balance', '--json'])
    expect(JSON.parse(forPrograms.stdout)).toMatchObject({ wallet: (9_999_750n * ONE).toString(), vault: '0' })
  })

  it('refuses a token that is no address', async () => {
    expect(await withProfile(['vault', 'balance', '--token', '0x12'])).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('vault withdraw', () => {
  it('moves what it is told to, to the unit', async () => {
    const { token } = localnet
    await client.vault.deposit({ token, amount: 10n * ONE })
    const some = await withProfile(['vault', 'withdraw', '2.500001', '--json', '--yes'])
    expect(JSON.parse(some.stdout)).toMatchObject({ amount: '2500001' })
    expect((await client.vault.balance({ token })).vault).toBe(7_499_999n)
    expect(await withProfile(['vault', 'withdraw', 'all', '--yes'])).toMatchObject({ code: 0 })
    expect((await client.vault.balance({ token })).vault).toBe(0n)
  })

  it.each(['1.0000001', '-1', 'much', '0x10'])('refuses %s, which is no amount', async (amount) => {
    const { code, stderr } = await withProfile(['vault', 'withdraw', '--', amount])
    expect(code).not.toBe(0)
    expect(stderr).not.toBe('')
  })

  it('says what to do when there is not enough', async () => {
    const { code, stderr } = await withProfile(['vault', 'withdraw', '5'])
    expect(code).toBe(4)
    expect(stderr).toContain('[NOT_ENOUGH_MONEY]')
  })
})

describe('market show', () => {
  it('shows prices and reserve', async () => {
    const { code, stdout } = await withProfile(['market', 'show'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/reserve\s+250\.0 /)
    expect(JSON.parse((await withProfile(['market', 'show', market, '--json'])).stdout)).toMatchObject({ market })
  })

  it('says so when there is no such market', async () => {
    const { code, stderr } = await withProfile(['market', 'show', `0x${'00'.repeat(32)}`])
    expect(code).toBe(1)
    expect(stderr).toContain('[MARKETS_UNKNOWN]')
  })
})

describe('order show', () => {
  it('says so when there is no such order', async () => {
    const { code, stderr } = await withProfile(['order', 'show', `0x${'00'.repeat(32)}`])
    expect(code).toBe(1)
    expect(stderr).toContain('[ORDER_UNKNOWN]')
  })
})
