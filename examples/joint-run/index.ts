import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { defaultParameters, parameterRanges, readAlgorithm } from '@gristmill/example-logistic-regression'
import { type Hex, type ListingId, policyFor, SHARE_UNIT } from '@gristmill/protocol'
import { inferTable, predict, readSafetensors } from '@gristmill/runner'
import { Client, defaultMarketConfig, jsonRpcProvider, type PublishListingParams } from '@gristmill/sdk'
import { sessionFile } from '@gristmill/sdk/node'
import { sha256, Wallet } from 'ethers'

// Where the chain and the datatrust are, and who signs: all that a client needs. Yours may come from anywhere.
const profileFile = process.env.GRISTMILL_PROFILE ?? '.gristmill/profile.json'
const profile = JSON.parse(await readFile(profileFile, 'utf8'))
const [provider, folder] = [jsonRpcProvider(profile.rpcUrl), dirname(profileFile)]
const connect = async (name: string): Promise<Client> => {
  const key = await readFile(join(folder, `keys/${name}.key`), 'utf8')
  const { deployment, datatrustUrl: datatrust } = profile
  return Client.connect({ runner: new Wallet(key.trim(), provider), deployment, datatrust })
}
const [north, south, author, sponsor] = await Promise.all(['maker', 'curator', 'patron', 'sponsor'].map(connect))
if (!north || !south || !author || !sponsor) throw new Error('Somebody has no key.')
const { decimals, symbol } = await north.vault.token({ token: profile.token })
const one = 10n ** BigInt(decimals)
const config = { ...defaultMarketConfig(decimals), activationSeconds: 0 } // sales begin at once, not after three days
const money = { asset: profile.token, p0: one, k: 10_000n * SHARE_UNIT, seed: 1_000n * one, payment: 'permit' } as const
const { market } = await author.markets.create({ ...money, config })
type Listed = Pick<PublishListingParams, 'policy' | 'algorithmTerms'> & { compute: bigint }
const list = async (who: Client, name: string, content: Uint8Array, { compute, ...terms }: Listed) => {
  const files = [{ name, sizeBytes: content.length }]
  const more = { metadata: { name, license: 'LicenseRef-own' }, prices: { compute }, payment: 'permit' } as const
  return (await who.listings.publish({ market, files, content, ...terms, ...more })).listing
}

// An author sells an algorithm by the run: it is kept at the datatrust, and nobody is sent it.
const module = await readAlgorithm()
const algorithm = { digest: sha256(module) as Hex, runtime: 'wasm' as const, parameters: { ...parameterRanges } }
const algorithmTerms = { version: 1, algorithm } as const
const algorithmListing = await list(author, 'regression.wasm', module, { compute: 10n * one, algorithmTerms })

// Two hospitals agree on one policy: the columns, what may leave, and which algorithm may run. Each lists a table of its own.
const patient = (age: number, pressure: number) => `${age},${pressure},${age + pressure > 195 ? 'yes' : 'no'}\n`
const csv = (step: number) => {
  const rows = Array.from({ length: 300 }, (_, row) => patient(20 + ((row * step) % 71), 90 + ((row * 7 * step) % 101)))
  return Buffer.from(`age,pressure,ill\n${rows.join('')}`)
}
const { table } = await inferTable({ source: Readable.from([csv(13)]) })
const policy = policyFor({ table, algorithms: [algorithm], minAccuracyMicros: 700_000, slotSeconds: 1 })
const listings: ListingId[] = [
  await list(north, 'north.csv', csv(13), { compute: 40n * one, policy }),
  await list(south, 'south.csv', csv(29), { compute: 30n * one, policy }),
]

// The sponsor orders one run over both: an order for each maker, placed together or not at all.
const session = await sessionFile(join(folder, `keys/joint-${listings[0]}.session`))
const wish = { listings, algorithmListing, parameters: defaultParameters, ackKey: session.address }
const { quotes, price, runId } = await sponsor.orders.quoteRun(wish)
const { orderIds } = await sponsor.orders.placeMany({ quotes, payment: 'permit' })
console.log(`run       ${runId}: ${orderIds.length} orders, ${price / one} ${symbol} in escrow`)

// Each hospital's rows were checked alone, too. Nothing leaves before both approve. Elsewhere: gristmill airlock list.
for (const [index, hospital] of [north, south].entries()) {
  const orderId = orderIds[index] as Hex
  await sponsor.orders.wait({ orderId, until: ['review'] })
  const { releasedHash, privateLog } = await hospital.listings.approval({ orderId })
  await hospital.listings.decide({ orderId, releasedHash, approved: true })
  console.log(`approved  by hospital ${index + 1}, of whose rows ${privateLog?.trainRows} were trained on`)
}
for (const orderId of orderIds) await sponsor.orders.wait({ orderId })
const { model, metrics } = await sponsor.orders.collectRun({ orderIds, session })
await writeFile(join(folder, 'joint.safetensors'), model)
const { label } = predict(readSafetensors(model), table, { age: 80, pressure: 180 })
console.log(`model     ${model.length} bytes, ${metrics[0]?.name} ${(metrics[0]?.micros ?? 0) / 1e6}; ill: ${label}`)

// It is right: the sponsor says so of every order, and all three makers are paid without waiting.
for (const orderId of orderIds) {
  const [parts] = (await sponsor.orders.accept({ orderId })).settled
  const maker = ['hospital 1', 'hospital 2', 'the author'][orderIds.indexOf(orderId)]
  console.log(`paid      ${(parts?.toMaker ?? 0n) / one} ${symbol} to ${maker}`)
}
