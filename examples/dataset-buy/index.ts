import { createWriteStream } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import type { OrderId } from '@gristmill/protocol'
import { Client, jsonRpcProvider } from '@gristmill/sdk'
import { nodeChaCha20, nodeSha256, partialFile, sessionFile } from '@gristmill/sdk/node'
import { formatUnits, parseUnits, Wallet } from 'ethers'

const { values: options } = parseArgs({
  options: {
    find: { type: 'string', default: 'daylight' },
    'max-price': { type: 'string', default: '10' },
    order: { type: 'string' },
    refund: { type: 'string' },
  },
})

// Where the chain and the datatrust are, and who signs: all that a client needs. Yours may come from anywhere.
const profileFile = process.env.GRISTMILL_PROFILE ?? '.gristmill/profile.json'
const profile = JSON.parse(await readFile(profileFile, 'utf8'))
const folder = dirname(profileFile)
const key = await readFile(join(folder, 'keys/buyer.key'), 'utf8')
const buyer = await Client.connect({
  runner: new Wallet(key.trim(), jsonRpcProvider(profile.rpcUrl)),
  deployment: profile.deployment,
  datatrust: profile.datatrustUrl,
  sha256: nodeSha256,
  chacha20: nodeChaCha20,
})
const { decimals, symbol } = await buyer.vault.token({ token: profile.token })
const money = (amount: bigint): string => `${formatUnits(amount, decimals)} ${symbol}`
const out = join(folder, 'bought.csv')

if (options.refund === undefined) await collect((options.order as OrderId | undefined) ?? (await order()))
else await refund(options.refund as OrderId)

/** Finds a listing, asks for a quote, and pays into escrow unless it is too dear. */
async function order(): Promise<OrderId> {
  // The newest first; every description that comes is checked against the chain.
  const { listings } = await buyer.listings.list({ words: options.find, kind: 'access', exited: false, limit: 1 })
  const [wanted] = listings
  if (wanted === undefined) throw new Error(`Nothing is for sale that says "${options.find}".`)
  const { listing, document } = wanted
  // The session key acknowledges what arrives, in place of the wallet: it is on the disk before anything is paid.
  const session = await sessionFile(`${out}.session`)
  const quote = await buyer.orders.quote({ listing, kind: 'access', ackKey: session.address })
  const { price } = quote.deal
  console.log(`listing   ${document.metadata.name}, ${document.sizeBytes} bytes for ${money(price)}`)
  if (price > parseUnits(options['max-price'], decimals)) throw new Error(`${money(price)} is too dear: nothing paid.`)
  const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
  const { deadline } = await buyer.orders.status({ orderId })
  console.log(`order     ${orderId}, to be fulfilled by ${new Date(deadline * 1_000).toLocaleString()};`)
  console.log(`          an hour after that you can have your money back: --refund ${orderId}`)
  return orderId
}

/** Fetches the ciphertext, acknowledges it, gets the key from the chain, and names the data when it is proved. */
async function collect(orderId: OrderId): Promise<void> {
  const [session, partial] = [await sessionFile(`${out}.session`), partialFile(`${out}.partial`)]
  await buyer.orders.wait({ orderId })
  const { content, verified } = await buyer.orders.download({ orderId, session, partial })
  await pipeline(content, createWriteStream(`${out}.part`))
  const { contentRoot } = await verified
  await rename(`${out}.part`, out)
  await partial.discard()
  await rm(`${out}.session`)
  console.log(`verified  ${out}, contentRoot ${contentRoot}`)
  // Every cell was compared with what was listed. Without this the others are paid when the complaint window is over.
  const { status } = await buyer.orders.status({ orderId })
  if (status === 'revealed') await buyer.orders.accept({ orderId })
}

/** Takes the price back, without the datatrust's help. */
async function refund(orderId: OrderId): Promise<void> {
  const { refunded } = await buyer.orders.refund({ orders: [orderId] })
  console.log(`refunded  ${refunded.map(({ amount }) => money(amount)).join() || 'nothing: the order is closed'}`)
}
