import { createWriteStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Hex, ListingId, MarketId, OrderId } from '@gristmill/protocol'
import { Client, type ConnectParams } from '@gristmill/sdk'
import { nodeJsonRpcProvider, nodeSha256, partialFile } from '@gristmill/sdk/node'
import { Wallet } from 'ethers'
import { peakMib } from './peak-memory.ts'

/** What a client in a process of its own does; it prints its progress, then a result. */
export interface BigClientParams {
  /** `buffer` downloads as one must not: all at once. `message` gets the message as it is. */
  task: 'publish' | 'download' | 'buffer' | 'message'
  url: string
  rpcUrl: string
  deployment: ConnectParams['deployment']
  /** Of the account. */
  privateKey: Hex
  market?: MarketId
  sizeBytes?: number
  orderId?: OrderId
  /** OpenPGP. */
  decryptionKey?: string
  /** Default: nowhere. A partial message lies beside it. */
  out?: string
}

export interface BigClientResult {
  peakMib: number
  listing?: ListingId
  sha256?: Hex
}

const CHUNK_BYTES = 65_536
const params = JSON.parse(process.argv[2] ?? '') as Required<BigClientParams>
const runner = new Wallet(params.privateKey, nodeJsonRpcProvider(params.rpcUrl))
const { url: datatrust, deployment, orderId, decryptionKey } = params
/** A datatrust may take minutes to start again where many tests run at once. */
const datatrustRetry = { maxFailures: 60, maxDelayMs: 4_000 }
const client = await Client.connect({ runner, deployment, datatrust, datatrustRetry, sha256: nodeSha256 })
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

/** Content that is nowhere: every chunk is made when it is asked for. */
async function* content(): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < params.sizeBytes; offset += CHUNK_BYTES) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, params.sizeBytes - offset), offset / CHUNK_BYTES)
    chunk.writeUIntLE(offset, 0, 6)
    yield chunk
  }
}

async function publish(): Promise<Omit<BigClientResult, 'peakMib'>> {
  const { listing, upload } = await client.listings.publish({
    market: params.market,
    content,
    files: [{ name: 'big.bin', sizeBytes: params.sizeBytes }],
    metadata: { name: 'Big', license: 'CC0-1.0' },
    prices: { access: 5_000_000n },
    payment: 'permit',
  })
  return { listing, ...(upload.sha256 && { sha256: upload.sha256 }) }
}

async function download(): Promise<Omit<BigClientResult, 'peakMib'>> {
  const { out } = params
  const partial = out === undefined ? {} : { partial: partialFile(`${out}.partial`) }
  const onProgress = out === undefined ? {} : { onProgress: say }
  const found = await client.orders.download({ orderId, privateKey: decryptionKey, ...partial, ...onProgress })
  if (out === undefined) {
    for await (const _ of found.content);
  } else {
    await pipeline(found.content, createWriteStream(`${out}.unverified`))
    await rename(`${out}.unverified`, out)
    await partial.partial?.discard()
  }
  return { sha256: (await found.verified).sha256 }
}

async function buffer(): Promise<Omit<BigClientResult, 'peakMib'>> {
  const found = await client.orders.download({ orderId, privateKey: decryptionKey })
  const chunks: Uint8Array[] = []
  for await (const chunk of found.content) chunks.push(chunk)
  const whole = Buffer.concat(chunks)
  return { sha256: `0x${Buffer.from(nodeSha256.hash(whole)).toString('hex')}` }
}

async function message(): Promise<Omit<BigClientResult, 'peakMib'>> {
  await pipeline(client.orders.message({ orderId }), createWriteStream(params.out))
  return {}
}

const result = await { publish, download, buffer, message }[params.task]()
say({ ...result, peakMib: peakMib() })
process.exit()
