import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { defaultParameters, parameterRanges, readAlgorithm, ticTacToeCsv } from '@gristmill/example-logistic-regression'
import { type Hex, leakBits, leakStatement, policyFor, SHARE_UNIT } from '@gristmill/protocol'
import { inferTable, predict, readSafetensors } from '@gristmill/runner'
import { Client, defaultMarketConfig, jsonRpcProvider } from '@gristmill/sdk'
import { sessionFile } from '@gristmill/sdk/node'
import { sha256, Wallet } from 'ethers'

// Where the chain and the datatrust are, and who signs: all that a client needs. Yours may come from anywhere.
const profileFile = process.env.GRISTMILL_PROFILE ?? '.gristmill/profile.json'
const profile = JSON.parse(await readFile(profileFile, 'utf8'))
const provider = jsonRpcProvider(profile.rpcUrl)
const folder = dirname(profileFile)
const connect = async (name: 'maker' | 'sponsor'): Promise<Client> => {
  const key = await readFile(join(folder, `keys/${name}.key`), 'utf8')
  const { deployment, datatrustUrl: datatrust } = profile
  return Client.connect({ runner: new Wallet(key.trim(), provider), deployment, datatrust })
}
const [maker, sponsor] = await Promise.all([connect('maker'), connect('sponsor')])
const { decimals, symbol } = await maker.vault.token({ token: profile.token })
const one = 10n ** BigInt(decimals)

// Public, so that the maker knows what may run: an algorithm (yours: see algorithm-write), named by its sha256.
const module = await readAlgorithm()

// The maker lists a table for runs only: no price for download, and a policy for what may leave.
const content = Buffer.from(ticTacToeCsv())
const { table, size } = await inferTable({ source: Readable.from([content]) })
const allowed = { digest: sha256(module) as Hex, runtime: 'wasm' as const, parameters: { ...parameterRanges } }
const policy = policyFor({ table, algorithms: [allowed], slotSeconds: 1 }) // results at any second, not on the hour
const config = { ...defaultMarketConfig(decimals), activationSeconds: 0 } // sales begin at once, not after three days
const money = { asset: profile.token, p0: one, k: 10_000n * SHARE_UNIT, seed: 1_000n * one, payment: 'permit' } as const
const { market } = await maker.markets.create({ ...money, config })
const { listing } = await maker.listings.publish({
  market,
  files: [{ name: 'endgames.csv', sizeBytes: content.length }],
  content,
  metadata: { name: 'Tic-tac-toe endgames, to be learnt from', license: 'CC0-1.0', rows: size.rows },
  policy,
  prices: { compute: 40n * one },
  payment: 'permit',
})
console.log(`listed    ${listing}; in one run ${leakStatement(leakBits(policy), size)}`)

// The sponsor reads the policy, sends the algorithm and pays into escrow. The key that acknowledges the model is kept first.
const { document } = await sponsor.listings.get({ listing })
const session = await sessionFile(join(folder, `keys/model-${listing}.session`))
const { algorithm } = await sponsor.orders.sendAlgorithm({ module })
const run = { algorithm, parameters: defaultParameters, ackKey: session.address }
const quote = await sponsor.orders.quote({ listing, kind: 'compute', ...run })
const { orderId } = await sponsor.orders.place({ quote, payment: 'permit' })
console.log(`order     ${orderId}, ${quote.deal.price / one} ${symbol} in escrow`)
await sponsor.orders.wait({ orderId, until: ['review'] })

// The maker sees what would leave, and signs for exactly that. Elsewhere, at another time: gristmill airlock list.
const pending = (await maker.listings.approvals()).find((approval) => approval.orderId === orderId)
if (pending === undefined) throw new Error('The run does not wait for an approval.')
console.log(`approved  ${pending.releasedBytes} bytes, at most ${pending.rowsAtMost} rows could leave in them`)
await maker.listings.decide({ orderId, releasedHash: pending.releasedHash, approved: true })

// The sponsor gets the model, which is the one that the signed receipt and the chain name, and uses it.
await sponsor.orders.wait({ orderId })
const { model, metrics } = await sponsor.orders.collectModel({ orderId, session })
await writeFile(join(folder, 'trained.safetensors'), model)
console.log(
  `model     ${model.length} bytes, ${metrics.map(({ name, micros }) => `${name} ${micros / 1e6}`).join(', ')}`,
)
const board = Object.fromEntries(table.features.map(({ name }, square) => [name, 'xxxoobbbb'[square] as string]))
const { label } = predict(readSafetensors(model), document.policy?.table ?? table, board)
console.log(`predicts  x x x / o o b / b b b: ${label}`)

// It is right: the sponsor says so, and everybody is paid without waiting.
const [parts] = (await sponsor.orders.accept({ orderId })).settled
console.log(`accepted  the maker gets ${(parts?.toMaker ?? 0n) / one} ${symbol}`)
