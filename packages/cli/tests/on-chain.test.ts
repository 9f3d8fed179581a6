import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Localnet, startLocalnet } from '@gristmill/localnet'
import type { Address } from '@gristmill/protocol'
import { Client, defaultMarketConfig, jsonRpcProvider } from '@gristmill/sdk'
import { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFolder, gristmill, OFFLINE_PROFILE, type Surroundings, writeProfile } from './_util.js'

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

const withProfile = async (argv: readonly string[], surroundings: Surroundings = {}) => {
  const { url: rpcUrl, deployment, token } = localnet
  const profile = { ...OFFLINE_PROFILE, rpcUrl, deployment, token, market }
  const file = await writeProfile(await createFolder(), profile, localnet.actors.buyer.privateKey)
  return gristmill([...argv, '--profile', file], surroundings)
}

describe('init', () => {
  it('writes a profile that works, for people who answer and for programs that do not', async () => {
    const asked = await createFolder()
    const answers = [localnet.url, '']
    expect(await gristmill(['init'], { cwd: asked, answers })).toMatchObject({ code: 0 })
    const told = await createFolder()
    const deployment = join(told, 'deployment.json')
    await writeFile(deployment, JSON.stringify(localnet.deployment))
    const init = ['init', '--rpc', localnet.url, '--deployment', 'deployment.json']
    expect(await gristmill(init, { cwd: told })).toMatchObject({ code: 0 })
    const env = { GRISTMILL_PRIVATE_KEY: localnet.actors.buyer.privateKey }
    const below = join(asked, 'a', 'folder', 'below')
    await mkdir(below, { recursive: true })
    expect(await gristmill(['vault', 'balance'], { cwd: below, env })).toMatchObject({ code: 0 })
    expect(await readFile(join(asked, '.gristmill', '.gitignore'), 'utf8')).toBe('*\n')
    const again = await gristmill(init, { cwd: told })
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(again.stderr).toContain('[PROFILE_EXISTS]')
  })

  it.each([
    ['the chain does not answer', ['--rpc', 'http://127.0.0.1:9'], 'CHAIN_UNREACHABLE'],
    ['the chain is another', ['--deployment', 'other.json'], 'WRONG_CHAIN'],
    ['the contracts are not there', ['--deployment', 'empty.json'], 'NOT_DEPLOYED'],
    ['the datatrust does not answer', ['--datatrust', 'http://127.0.0.1:9'], 'DATATRUST_UNREACHABLE'],
    ['the file is none', ['--deployment', 'none.json'], 'FILE'],
  ])('writes nothing when %s', async (_what, argv, expected) => {
    const cwd = await createFolder()
    await writeFile(join(cwd, 'other.json'), JSON.stringify({ ...localnet.deployment, chainId: 1 }))
    await writeFile(join(cwd, 'empty.json'), JSON.stringify({ ...localnet.deployment, orders: `0x${'12'.repeat(20)}` }))
    const { code, stderr } = await gristmill(['init', '--rpc', localnet.url, ...argv], { cwd })
    expect(code).toBe(1)
    expect(stderr).toContain(`[${expected}]`)
    expect(existsSync(join(cwd, '.gristmill'))).toBe(false)
  })

  it('needs to be told where the chain is where there is nobody to ask', async () => {
    expect(await gristmill(['init'], { cwd: await createFolder() })).toMatchObject({ code: 2 })
  })
})

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
    expect((await withProfile(['vault', 'withdraw', 'all', '--yes'])).stderr).toContain('[NOTHING_TO_MOVE]')
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

describe('vault deposit', () => {
  const vaultBalance = async () => (await client.vault.balance({ token: localnet.token })).vault

  it('shows who pays what, asks, and moves it by a permit', async () => {
    const { code, stdout, stderr } = await withProfile(['vault', 'deposit', '3'], { answers: ['y'] })
    expect(code).toBe(0)
    expect(stdout).toMatch(/deposited\s+3\.0 /)
    for (const shown of [
      '3.0 tUSD from your wallet to your Vault balance',
      'now, ',
      'Permit',
      'depositWithPermit',
      'fee',
    ]) {
      expect(stderr).toContain(shown)
    }
    expect(await vaultBalance()).toBe(3n * ONE)
  })

  it('needs two transactions without a permit, of which none is a surprise', async () => {
    const { stdout } = await withProfile(['vault', 'deposit', '2', '--by', 'approval', '--yes', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ amount: (2n * ONE).toString() })
    expect(await vaultBalance()).toBe(5n * ONE)
  })

  it('does nothing when it is declined, or when there is nobody to ask', async () => {
    const nonce = await client.provider.getTransactionCount(localnet.actors.buyer.address)
    const declined = await withProfile(['vault', 'deposit', '3'], { answers: ['n'] })
    expect(declined).toMatchObject({ code: 3, stdout: '' })
    expect(declined.stderr).toContain('[DECLINED]')
    const alone = await withProfile(['vault', 'deposit', '3'])
    expect(alone).toMatchObject({ code: 3, stdout: '' })
    expect(alone.stderr).toContain('[CONFIRMATION_NEEDED]')
    expect(alone.stderr).toContain('--yes')
    expect(await client.provider.getTransactionCount(localnet.actors.buyer.address)).toBe(nonce)
  })

  it('tells on a dry run what would be sent, and sends nothing', async () => {
    const nonce = await client.provider.getTransactionCount(localnet.actors.buyer.address)
    const argv = ['vault', 'deposit', '3', '--by', 'approval', '--dry-run']
    const { code, stdout } = await withProfile([...argv, '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      moves: [{ amount: (3n * ONE).toString(), from: 'wallet', to: 'vault' }],
      transactions: [
        { contract: 'token', function: 'approve', args: { amount: (3n * ONE).toString() }, isEstimated: true },
        { contract: 'vault', function: 'deposit', isEstimated: false },
      ],
    })
    expect((await withProfile(argv)).stdout).toContain('Nothing was signed or sent.')
    expect(await client.provider.getTransactionCount(localnet.actors.buyer.address)).toBe(nonce)
  })

  it('finds out that tokens are missing before anything is asked', async () => {
    const { code, stderr } = await withProfile(['vault', 'deposit', '99999999'], { answers: [] })
    expect(code).toBe(4)
    expect(stderr).toContain('[NOT_ENOUGH_MONEY]')
    expect(stderr).not.toContain('Go on?')
  })

  it('finds out that gas is missing before anything is asked', async () => {
    const poor = Wallet.createRandom()
    await localnet.mint(poor.address as Address, 10n * ONE)
    const env = { GRISTMILL_PRIVATE_KEY: poor.privateKey }
    const { code, stderr } = await withProfile(['vault', 'deposit', '3', '--json'], { env })
    expect(code).toBe(4)
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'NOT_ENOUGH_GAS', exitCode: 4, next: expect.stringContaining(poor.address) },
    })
  })

  it('ends with 130 when it is interrupted at the question', async () => {
    const interruption = new AbortController()
    setTimeout(() => interruption.abort(), 1_000)
    const { code, stderr } = await withProfile(['vault', 'deposit', '3'], {
      answers: 'never',
      signal: interruption.signal,
    })
    expect(code).toBe(130)
    expect(stderr).toContain('Interrupted. No transaction was sent.')
  })

  it('opens an encrypted key only to sign', async () => {
    const folder = await createFolder()
    const { url: rpcUrl, deployment, token } = localnet
    const { defaultKey: _none, ...offline } = OFFLINE_PROFILE
    const file = await writeProfile(folder, { ...offline, rpcUrl, deployment, token, defaultKey: 'mine' })
    const surroundings = { env: { GRISTMILL_PASSWORD: 'correct horse' } }
    const importing = ['keys', 'import', 'mine', '--profile', file]
    const piped = localnet.actors.patron.privateKey
    expect(await gristmill(importing, { ...surroundings, piped })).toMatchObject({ code: 0 })
    expect(await gristmill(['vault', 'balance', '--profile', file])).toMatchObject({ code: 0 })
    expect(await gristmill(['vault', 'deposit', '1', '--dry-run', '--profile', file])).toMatchObject({ code: 0 })
    const deposit = ['vault', 'deposit', '1', '--yes', '--profile', file]
    expect((await gristmill(deposit)).stderr).toContain('[NO_PASSWORD]')
    expect((await gristmill(deposit, { env: { GRISTMILL_PASSWORD: 'wrong horse' } })).stderr).toContain(
      '[WRONG_PASSWORD]',
    )
    expect(await gristmill(deposit, surroundings)).toMatchObject({ code: 0 })
  })
})

describe('vault allow', () => {
  it('lets a contract take payments, and takes it back', async () => {
    const isOperator = () =>
      client.contracts.vault.isOperator(localnet.actors.buyer.address, localnet.deployment.orders)
    expect(await withProfile(['vault', 'allow', 'orders', '--yes'])).toMatchObject({ code: 0 })
    expect(await isOperator()).toBe(true)
    expect((await withProfile(['vault', 'allow', 'orders', '--yes'])).stderr).toContain('already')
    expect(await withProfile(['vault', 'disallow', 'orders', '--yes'])).toMatchObject({ code: 0 })
    expect(await isOperator()).toBe(false)
    expect(await withProfile(['vault', 'allow', 'nobody', '--yes'])).toMatchObject({ code: 2 })
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

describe('market curve', () => {
  it('says where a market is on its curve', async () => {
    const { code, stdout } = await withProfile(['market', 'curve'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/curve\s+linear: the ask starts at 1\.0 /)
    expect(stdout).toMatch(/ask\s+1\.05 \S+ a share\nbid\s+1\.0 \S+ a share\nspread\s+0\.05 \S+, 4\.7 % of the ask/)
    expect(stdout).not.toContain('buying')
  })

  it('says what a purchase would do, which is what it then does', async () => {
    const { stdout } = await withProfile(['market', 'curve', '--amount', '10.5', '--json'])
    const { trade, points } = JSON.parse(stdout)
    const quote = await client.markets.quoteFund({ market: market as `0x${string}`, amount: 10_500_000n })
    expect(BigInt(trade.shares)).toBe(quote.shares)
    expect(BigInt(trade.redeemable)).toBe(quote.redeemable)
    expect(trade).toMatchObject({ amount: '10500000', price: '1050000', tribute: '500000', ask: '1050000' })
    expect(points.length).toBeGreaterThan(30)
    const forPeople = await withProfile(['market', 'curve', '--amount', '10.5'])
    expect(forPeople.stdout).toMatch(/buying\s+10\.5 \S+ buy 10\.0 shares\nprice\s+1\.05 /)
    expect(forPeople.stdout).toMatch(/at once\s+redeeming these shares would give 10\.0 /)
  })

  it('draws it into a new file, and never over one', async () => {
    const cwd = await createFolder()
    const argv = ['market', 'curve', '--amount', '100', '--svg', 'curve.svg']
    const { code, stderr } = await withProfile(argv, { cwd })
    expect(code).toBe(0)
    expect(stderr).toContain(join(cwd, 'curve.svg'))
    const svg = await readFile(join(cwd, 'curve.svg'), 'utf8')
    expect(svg).toMatch(/^<svg [\s\S]*>after<[\s\S]*<\/svg>\n$/)
    const again = await withProfile(argv, { cwd })
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(again.stderr).toContain('[FILE]')
    expect(await readFile(join(cwd, 'curve.svg'), 'utf8')).toBe(svg)
  })

  it.each([['0'], ['-1'], ['much']])('refuses the amount %s', async (amount) => {
    const { code, stderr } = await withProfile(['market', 'curve', `--amount=${amount}`])
    expect(code).toBe(2)
    expect(stderr).toContain('[ARGUMENT]')
  })
})

describe('order show', () => {
  it('says so when there is no such order', async () => {
    const { code, stderr } = await withProfile(['order', 'show', `0x${'00'.repeat(32)}`])
    expect(code).toBe(1)
    expect(stderr).toContain('[ORDER_UNKNOWN]')
  })
})
