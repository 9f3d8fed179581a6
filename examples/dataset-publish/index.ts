import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type MarketId, SHARE_UNIT, termsHashOf } from '@gristmill/protocol'
import { Client, defaultMarketConfig, jsonRpcProvider } from '@gristmill/sdk'
import { nodeSha256 } from '@gristmill/sdk/node'
import { formatUnits, Wallet } from 'ethers'

// Where the chain and the datatrust are, and who signs: all that a client needs. Yours may come from anywhere.
const profileFile = process.env.GRISTMILL_PROFILE ?? '.gristmill/profile.json'
const profile = JSON.parse(await readFile(profileFile, 'utf8'))
const key = await readFile(join(dirname(profileFile), 'keys/maker.key'), 'utf8')
const maker = await Client.connect({
  runner: new Wallet(key.trim(), jsonRpcProvider(profile.rpcUrl)),
  deployment: profile.deployment,
  datatrust: profile.datatrustUrl,
  sha256: nodeSha256,
})

// Prices are whole numbers, in units of the token's decimals.
const token = await maker.vault.token({ token: profile.token })
const one = 10n ** BigInt(token.decimals)

// A dataset belongs to a market, which shares out its sales. Take one that is there, or open your own.
const market = (process.argv[2] as MarketId | undefined) ?? (await openMarket())

const csv = daylightCsv()
const content = new TextEncoder().encode(csv)
const published = await maker.listings.publish({
  market,
  files: [{ name: 'daylight.csv', sizeBytes: content.length }],
  content, // a stream does as well, for what does not fit into memory
  metadata: {
    name: 'Hours of daylight',
    description: 'For every day of a year, from 60 degrees south to 60 degrees north.',
    license: 'CC0-1.0',
    rows: csv.trimEnd().split('\n').length - 1,
    columns: ['latitude', 'day', 'hours'].map((name) => ({ name, type: 'number' as const })),
  },
  prices: { access: 5n * one },
  payment: 'permit', // how the listing bond is paid: one signature, no approval beforehand
})
console.log(`market       ${market}`)
console.log(`listing      ${published.listing}`)
console.log(`contentRoot  ${published.contentRoot}`)

// What counts is on the chain: the price, and one hash over content, size, policy and description.
const { prices, termsHash } = await maker.listings.record({ listing: published.listing })
if (termsHash !== termsHashOf({ ...published, sizeBytes: BigInt(published.sizeBytes) }))
  throw new Error('The chain has something else than was published.')
console.log(
  `on chain     ${content.length} bytes for ${formatUnits(prices.access ?? 0n, token.decimals)} ${token.symbol}`,
)

/** The first share costs 1, 10,000 more make it 2; seeded with 1,000. Sales begin at once, not after three days. */
async function openMarket(): Promise<MarketId> {
  const config = { ...defaultMarketConfig(token.decimals), activationSeconds: 0 }
  const money = { asset: profile.token, p0: one, seed: 1_000n * one, payment: 'permit' } as const
  return (await maker.markets.create({ ...money, k: 10_000n * SHARE_UNIT, config })).market
}

/** Made by rule: the length of the day follows from the latitude and the tilt of the earth on that day. */
function daylightCsv(): string {
  const rows = ['latitude,day,hours']
  for (let latitude = -60; latitude <= 60; latitude += 5)
    for (let day = 1; day <= 365; day++) {
      const tilt = -23.44 * Math.cos((2 * Math.PI * (day + 10)) / 365)
      const [sun, place] = [tilt, latitude].map((degrees) => Math.tan((degrees * Math.PI) / 180)) as [number, number]
      rows.push(`${latitude},${day},${((24 / Math.PI) * Math.acos(-sun * place)).toFixed(2)}`)
    }
  return `${rows.join('\n')}\n`
}
