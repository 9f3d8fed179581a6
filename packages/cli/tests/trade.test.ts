import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ONE, type Stage, setStage } from './_stage.js'

let stage: Stage
let market: string
const TABLE = `name,rain,place\n${Array.from({ length: 60 }, (_, row) => `day ${row},${row % 7},${row % 2 ? 'north' : 'south'}`).join('\n')}\n`

beforeAll(async () => {
  stage = await setStage()
  await writeFile(join(stage.cwd, 'weather.csv'), TABLE)
  await writeFile(join(stage.cwd, 'notes.bin'), 'not a table')
  ;({ market } = await stage.json<{ market: string }>('patron', [
    'market',
    'create',
    '--seed',
    '1000',
    '--preset',
    'quick',
  ]))
})
afterAll(() => stage?.close())

const publishWeather = ['publish', 'weather.csv', '--license', 'CC0-1.0', '--access', '5']
const at = (file: string) => join(stage.cwd, file)

describe('market create', () => {
  it('shows every rule before it signs, and takes options over a file over a preset', async () => {
    await writeFile(at('rules.json'), JSON.stringify({ makerBps: 6_000, dripSeconds: '2h', listingBond: '3' }))
    const plan = await stage.json<{ transactions: [{ args: { config: object } }]; moves: [{ amount: string }] }>(
      'patron',
      [
        ...['market', 'create', '--seed', '50', '--preset', 'quick', '--config', 'rules.json'],
        ...['--listing-bond', '4.5', '--activation-seconds', '10m', '--dry-run'],
      ],
    )
    expect(plan.moves).toMatchObject([{ amount: String(50n * ONE), from: 'wallet' }])
    expect(plan.transactions[0].args.config).toMatchObject({
      makerBps: 6_000,
      dripSeconds: 7_200,
      listingBond: '4500000',
      activationSeconds: 600,
      disputeWindowSeconds: 3_600,
    })
  })

  it.each([
    ['linear', [], 10n ** 24n],
    ['flat', [], 10n ** 18n],
    ['root', ['--k', '2'], 2n * 10n ** 18n],
    ['computable', ['--p0', '1000'], 110n * 10n ** 18n],
  ] as const)('takes the %s curve of the deployment, and says how its ask rises', async (name, options, k) => {
    const argv = ['market', 'create', '--curve', name, '--seed', '1000', ...options, '--dry-run']
    const plan = await stage.json<{ transactions: [{ args: { curve: string; k: string } }]; facts: { curve: string } }>(
      'patron',
      argv,
    )
    const { deployment } = stage.localnet
    expect(plan.transactions[0].args).toMatchObject({ curve: deployment[`${name}Curve`], k: k.toString() })
    expect(plan.facts.curve).toMatch(new RegExp(`^${name}: `))
  })

  it.each([
    [['--seed', '0.5'], 'ARGUMENT'],
    [['--seed', '10', '--curve', 'steep'], 'ARGUMENT'],
    [['--seed', '10', '--curve', 'root', '--k', '17'], 'CURVE_PARAMETERS'],
    [['--seed', '10', '--curve', 'computable'], 'CURVE_PARAMETERS'],
    [['--seed', '10', '--maker-bps', '10001'], 'ARGUMENT'],
    [['--seed', '10', '--drip-seconds', '1w'], 'ARGUMENT'],
    [['--seed', '10', '--drip-seconds', '10m'], 'MARKETS_CONFIG_OUT_OF_BOUNDS'],
    [['--seed', '10', '--config', 'weather.csv'], 'FILE'],
    [['--seed', '10', '--admin', 'me'], 'ARGUMENT'],
    [['--seed', '99999999'], 'NOT_ENOUGH_MONEY'],
  ])('refuses %j', async (options, code) => {
    const { stderr, stdout } = await stage.as('patron', ['market', 'create', ...options])
    expect(stderr).toContain(`[${code}]`)
    expect(stdout).toBe('')
  })

  it('becomes the market of commands that name none', async () => {
    const shown = await stage.json<{ market: string }>('buyer', ['market', 'show'])
    expect(shown.market).toBe(market)
  })

  it('is listed and shown, to whoever has no key too', async () => {
    const { markets } = await stage.json<{ markets: unknown[] }>('buyer', ['market', 'list'])
    expect(markets).toMatchObject([{ market, asset: stage.localnet.token }])
    const { stdout } = await stage.as('buyer', ['market', 'show', market])
    expect(stdout).toMatch(/a sale\s+maker 70 %, operator 5 %, curators 2 %, reserve 23 %/)
    expect(stdout).toMatch(/admin\s+nobody/)
  })
})

describe('market fund and redeem', () => {
  it('say what is paid, what shares cost and what they would give back', async () => {
    const { code, stderr } = await stage.as('patron', ['market', 'fund', '100', '--dry-run'])
    expect(code).toBe(0)
    expect(stderr).toBe('')
    const funded = await stage.json<{ shares: string }>('patron', ['market', 'fund', '100', '--max-price', '2'])
    expect(BigInt(funded.shares)).toBeGreaterThan(50n * 10n ** 18n)
    const redeemed = await stage.json<{ amount: string; shares: string }>('patron', ['market', 'redeem', '10.5'])
    expect(redeemed.shares).toBe(String(105n * 10n ** 17n))
    expect(BigInt(redeemed.amount)).toBeGreaterThan(10n * ONE)
  })

  it.each([
    [['market', 'fund', '100', '--max-price', '1'], 'ARGUMENT', 2],
    [['market', 'fund', '100', '--min-shares', '101'], 'ARGUMENT', 2],
    [['market', 'fund', '100', '--min-shares', '1', '--max-price', '2'], 'ARGUMENT', 2],
    [['market', 'fund', '0'], 'ARGUMENT', 2],
    [['market', 'fund', '1e3'], 'ARGUMENT', 2],
    [['market', 'fund', '5', '--market', '0x12'], 'ARGUMENT', 2],
    [['market', 'redeem', '1000000'], 'NOT_ENOUGH_SHARES', 4],
    [['market', 'redeem', '1', '--min-amount', '50'], 'ARGUMENT', 2],
  ])('refuse %j before anything is signed', async (argv, code, exit) => {
    const outcome = await stage.as('patron', argv)
    expect(outcome).toMatchObject({ code: exit, stdout: '' })
    expect(outcome.stderr).toContain(`[${code}]`)
  })

  it('of nothing has nothing to redeem', async () => {
    expect((await stage.as('buyer', ['market', 'redeem', 'all'])).stderr).toContain('[ARGUMENT]')
  })
})

describe('publish', () => {
  it('shows with --draft what buyers will see, and leaves no trace', async () => {
    const argv = ['publish', 'weather.csv', '--license', 'CC0-1.0', '--access', '5', '--name', 'Draft', '--draft']
    const { code, stdout, stderr } = await stage.as('maker', argv)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Draft\n/)
    expect(stdout).toContain('name: text, rain: number, place: category')
    expect(stdout).toMatch(/rows\s+60/)
    expect(stderr).toContain('Nothing was uploaded')
    expect(existsSync(at('.gristmill/drafts'))).toBe(false)
  })

  it('signs nothing when a person says no', async () => {
    const { code, stderr } = await stage.as('maker', publishWeather, { answers: ['n'] })
    expect(code).toBe(3)
    expect(stderr).toContain('[DECLINED]')
    expect(existsSync(at('.gristmill/drafts'))).toBe(false)
  })

  it('takes the bond once, however often it is interrupted and repeated', async () => {
    const client = await stage.client('maker')
    const walletOf = async () => (await client.vault.balance({ token: stage.localnet.token })).wallet
    const before = await walletOf()
    // Uploaded but not on the chain: what an interruption after the upload leaves.
    const interruption = new AbortController()
    const running = stage.as('maker', publishWeather, { signal: interruption.signal })
    for (let tries = 0; tries < 400 && !existsSync(at('.gristmill/drafts')); tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    interruption.abort()
    expect(await running).toMatchObject({ code: 130 })
    const first = await stage.json<{ listing: string }>('maker', publishWeather)
    const again = await stage.json<{ listing: string }>('maker', publishWeather)
    expect(again).toMatchObject({ listing: first.listing, alreadyPublished: true })
    expect(before - (await walletOf())).toBe(10n * ONE)
    expect(await readdir(at('.gristmill/drafts'))).toHaveLength(1)
  })

  it('lists the same once more only if told to', async () => {
    const { listings: before } = await stage.json<{ listings: unknown[] }>('buyer', ['listings'])
    const other = ['publish', 'notes.bin', '--license', 'CC0-1.0', '--access', '0', '--name', 'Notes']
    const first = await stage.json<{ listing: string }>('maker', other)
    const second = await stage.json<{ listing: string }>('maker', [...other, '--again'])
    expect(second.listing).not.toBe(first.listing)
    const { listings } = await stage.json<{ listings: unknown[] }>('buyer', ['listings'])
    expect(listings).toHaveLength(before.length + 2)
  })

  it.each([
    [['publish', 'weather.csv', '--license', 'x'], 'ARGUMENT'],
    [['publish', 'gone.csv', '--license', 'x', '--access', '1'], 'FILE'],
    [['publish', '.gristmill', '--license', 'x', '--access', '1'], 'FILE'],
    [['publish', 'weather.csv', 'weather.csv', '--license', 'x', '--access', '1'], 'ARGUMENT'],
    [['publish', 'weather.csv', '--license', 'x', '--access', '-1'], 'ARGUMENT'],
    [['publish', 'weather.csv', '--license', 'x', '--compute', '1'], 'ARGUMENT'],
    [['publish', 'weather.csv', '--license', 'a\u001b[2J', '--access', '1'], 'ARGUMENT'],
    [['publish', 'weather.csv', '--license', 'x', '--access', '1', '--name', 'x'.repeat(201)], 'ARGUMENT'],
    [
      ['publish', 'weather.csv', '--license', 'x', '--access', '1', '--label', 'place', '--algorithm', 'weather.csv'],
      'ARGUMENT',
    ],
    [['publish', 'weather.csv', '--license', 'x', '--compute', '1', '--label', 'place'], 'ARGUMENT'],
    [
      ['publish', 'weather.csv', '--license', 'x', '--compute', '1', '--label', 'gone', '--algorithm', 'weather.csv'],
      'ARGUMENT',
    ],
    [
      [
        ...['publish', 'weather.csv', '--license', 'x', '--compute', '1', '--label', 'gone'],
        ...['--algorithm', 'weather.csv', '--runtime', 'wasm'],
      ],
      'LABEL',
    ],
    [['publish', 'weather.csv', '--license', 'x', '--compute', '1', '--policy', 'notes.bin'], 'FILE'],
  ])('refuses %j', async (argv, code) => {
    const outcome = await stage.as('maker', argv)
    expect(outcome.code).not.toBe(0)
    expect(outcome.stderr).toContain(code)
    expect(outcome.stderr).not.toContain('\u001b')
  })
})

describe('listings and show', () => {
  it('find what was published, by words, price and service', async () => {
    const { stdout } = await stage.as('buyer', ['listings', 'rain', 'SOUTH', '--sort', 'price'])
    // South is no name of a column, only a value.
    expect(stdout).toBe('\n')
    const found = await stage.as('buyer', [
      'listings',
      'RAIN',
      '--kind',
      'access',
      '--max-price',
      '5',
      '--sort',
      'price',
    ])
    expect(found.stdout).toMatch(
      /^LISTING\s+NAME\s+SIZE\s+ACCESS\s+COMPUTE\n0x[0-9a-f]{64}\s+weather.csv\s+60 rows\s+5\.0 tUSD/,
    )
    expect((await stage.as('buyer', ['listings', '--kind', 'compute'])).stdout).toBe('\n')
    expect((await stage.as('buyer', ['listings', '--max-price', '4.999999', 'rain'])).stdout).toBe('\n')
  })

  it('go on page by page', async () => {
    const page = await stage.json<{ listings: { listing: string }[]; next: string }>('buyer', [
      'listings',
      '--limit',
      '1',
    ])
    const rest = await stage.json<{ listings: { listing: string }[] }>('buyer', ['listings', '--after', page.next])
    expect(rest.listings.map(({ listing }) => listing)).not.toContain(page.listings[0]?.listing)
  })

  it.each([
    [['--limit', '0']],
    [['--market', 'x']],
    [['--kind', 'theft']],
    [['--sort', 'rank']],
    [['--maker', '0x1']],
    [['--after', 'x']],
  ])('refuse %j', async (options) => {
    const outcome = await stage.as('buyer', ['listings', ...options])
    expect(outcome.code).not.toBe(0)
    expect(outcome.stdout).toBe('')
  })

  it('cannot be fooled by a description that looks like a field', async () => {
    const description = 'Good.\nmaker  0x0000000000000000000000000000000000000000\u2028access  0.0 tUSD'
    const argv = ['publish', 'notes.bin', '--license', 'CC0-1.0', '--access', '1', '--description', description]
    const { listing } = await stage.json<{ listing: string }>('maker', argv)
    const { stdout } = await stage.as('buyer', ['show', listing])
    expect(stdout.match(/^maker/gm)).toHaveLength(1)
    expect(stdout.match(/^access/gm)).toHaveLength(1)
  })
})

describe('a purchase', () => {
  let listing: string
  beforeAll(async () => {
    const argv = ['publish', 'weather.csv', '--license', 'CC0-1.0', '--access', '2.5', '--name', 'Bought']
    ;({ listing } = await stage.json<{ listing: string }>('maker', argv))
  })

  it('is one command, and the same command again fetches without paying', async () => {
    const client = await stage.client('buyer')
    const spent = async () => (await client.vault.balance({ token: stage.localnet.token })).wallet
    const before = await spent()
    const first = await stage.json<{ orderId: string }>('buyer', [
      'buy',
      listing,
      '--out',
      'first.csv',
      '--max-price',
      '2.5',
    ])
    expect(await readFile(at('first.csv'), 'utf8')).toBe(TABLE)
    const second = await stage.json<{ orderId: string }>('buyer', ['buy', listing, '--out', 'second.csv'])
    expect(second).toMatchObject({ orderId: first.orderId, continued: true })
    expect(before - (await spent())).toBe(25n * 10n ** 5n)
    const shown = await stage.as('buyer', ['order', 'show', first.orderId])
    expect(shown.stdout).toMatch(/status\s+revealed/)
    const argv = ['buy', listing, '--out', 'third.csv', '--direct']
    const third = await stage.json<{ orderId: string }>('buyer', argv)
    expect(third.orderId).not.toBe(first.orderId)
    expect(before - (await spent())).toBe(5n * ONE)
    const { stdout } = await stage.as('buyer', ['order', 'show', third.orderId])
    expect(stdout).toMatch(/status\s+settled/)
    expect(stdout).toMatch(
      /settled\s+maker 1\.75 tUSD, datatrust 0\.125 tUSD, curators 0\.05 tUSD, reserve 0\.575 tUSD/,
    )
  })

  it('refuses a price above what was allowed, and a file that is there', async () => {
    const dear = await stage.as('buyer', ['buy', listing, '--out', 'dear.csv', '--max-price', '2', '--again'])
    expect(dear.stderr).toContain('[PRICE_TOO_HIGH]')
    expect((await stage.as('buyer', ['buy', listing, '--out', 'first.csv'])).stderr).toContain('[FILE]')
  })

  it('that fails after it is paid names the order and the command that goes on', async () => {
    const { orderId } = await stage.json<{ orderId: string }>('buyer', ['order', 'place', listing, '--from', 'wallet'])
    await stage.stopDatatrust()
    const failed = await stage.as('buyer', ['buy', listing, '--out', 'my data.csv', '--timeout', '1'])
    await stage.startDatatrust()
    expect(failed.code).toBe(1)
    expect(failed.stderr).toContain(`Order ${orderId} is placed and paid.`)
    expect(failed.stderr).toContain(`gristmill download ${orderId} --out 'my data.csv'`)
    expect(existsSync(at('my data.csv'))).toBe(false)
    await stage.json('buyer', ['download', orderId, '--out', 'my data.csv'])
    expect(await readFile(at('my data.csv'), 'utf8')).toBe(TABLE)
  })

  it('is paid from the Vault, which is allowed to on the way', async () => {
    await stage.json('buyer', ['vault', 'deposit', '3'])
    const { code, stderr } = await stage.as('buyer', ['order', 'place', listing, '--from', 'vault'])
    expect(stderr).not.toContain('error')
    expect(code).toBe(0)
    expect(stderr).toMatch(/sends\s+vault\.setOperator/)
  })

  it('is found again by buyer and maker', async () => {
    const mine = await stage.json<{ orders: { orderId: string; status: string }[] }>('buyer', ['order', 'list'])
    const sold = await stage.json<{ orders: { orderId: string }[] }>('maker', ['order', 'list', '--role', 'maker'])
    expect(sold.orders.map(({ orderId }) => orderId)).toEqual(mine.orders.map(({ orderId }) => orderId))
    const open = await stage.json<{ orders: unknown[] }>('buyer', ['order', 'list', '--status', 'placed'])
    expect(open.orders).toHaveLength(1)
    const { stdout } = await stage.as('buyer', ['order', 'list', '--limit', '2'])
    expect(stdout).toMatch(/^ORDER\s+KIND\s+STATUS\s+PRICE\s+UNTIL\n/)
  })

  it('that never came is paid back, after its time only', async () => {
    const { orders } = await stage.json<{ orders: { orderId: string }[] }>('buyer', [
      'order',
      'list',
      '--status',
      'placed',
    ])
    const orderId = orders[0]?.orderId as string
    const early = await stage.as('buyer', ['order', 'refund', orderId])
    expect(early.stderr).toContain('[ORDERS_TOO_EARLY]')
    expect(early.stderr).toMatch(/next: +come back after 20\d\d-/)
    await stage.localnet.advance(26 * 3_600)
    const { stdout } = await stage.as('buyer', ['order', 'show', orderId])
    expect(stdout).toMatch(/next\s+gristmill order refund/)
    const refunded = await stage.json('buyer', ['order', 'refund', orderId, orderId])
    expect(refunded).toMatchObject({ refunded: [{ orderId, amount: '2500000' }] })
    expect((await stage.as('buyer', ['order', 'refund', orderId])).stderr).toContain('nothing was moved')
  })
})

describe('a listing', () => {
  it('changes its prices, one at a time, for its maker only', async () => {
    const argv = ['publish', 'weather.csv', '--license', 'CC0-1.0', '--access', '1', '--name', 'Changed']
    const { listing } = await stage.json<{ listing: string }>('maker', argv)
    expect((await stage.as('buyer', ['listing', 'update', listing, '--access', '9'])).stderr).toContain(
      '[NOT_YOUR_LISTING]',
    )
    expect((await stage.as('maker', ['listing', 'update', listing])).code).toBe(2)
    expect((await stage.as('maker', ['listing', 'update', listing, '--access', 'none'])).code).toBe(2)
    const { prices } = await stage.json<{ prices: object }>('maker', ['listing', 'update', listing, '--access', '7.25'])
    expect(prices).toEqual({ access: '7250000' })
    const ended = await stage.json<{ exitAt: number }>('maker', ['listing', 'exit', listing])
    expect(ended.exitAt).toBeGreaterThan(0)
    await stage.localnet.advance(10)
    expect(await stage.json('patron', ['listing', 'return-bond', listing])).toMatchObject({ amount: String(10n * ONE) })
    // The catalogue follows the chain.
    await vi.waitFor(async () => {
      expect((await stage.as('buyer', ['listings', '--exited'])).stdout).toContain(listing)
    }, 10_000)
  })
})
