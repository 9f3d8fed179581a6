import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { partialFile, sessionFile } from '@gristmill/sdk/node'
import { DemoFailedError } from './errors.js'
import type { Published } from './publish.js'
import type { Stage } from './stage.js'
import { money, type Transcript } from './transcript.js'

/** A buyer pays into escrow, acknowledges the ciphertext, gets the key from the chain, decrypts, compares, and accepts. */
export async function buy(stage: Stage, published: Published, transcript: Transcript): Promise<void> {
  const { orders } = stage.clients.buyer
  const path = join(stage.directory.out, 'dataset.csv')
  const session = await sessionFile(`${path}.session`)
  const quote = await orders.quote({ listing: published.access, kind: 'access', ackKey: session.address })
  const { orderId } = await orders.place({ quote, payment: 'permit' })
  transcript.step(
    'Buy',
    'A buyer pays into escrow and gets the data encrypted; the key comes against their word that it arrived.',
  )
  transcript.fact('order', `${orderId}, ${money(quote.deal.price)} in escrow`)

  await orders.wait({ orderId, session, pollMs: 100, signal: stage.signal })
  const partial = partialFile(`${path}.partial`)
  const { signal } = stage
  const { content, verified } = await orders.download({ orderId, session, partial, pollMs: 100, signal })
  await pipeline(content, createWriteStream(path))
  const { contentRoot } = await verified
  await partial.discard()
  await rm(`${path}.session`)
  const sha256 = `0x${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')}`
  if (sha256 !== published.accessSha256)
    throw new DemoFailedError('The file that arrived is not the file that was published.', { details: { sha256 } })
  // Every cell was compared with what was listed: nothing is left to complain about, so why let the others wait?
  await orders.accept({ orderId })
  const { status } = await orders.status({ orderId })
  transcript.fact('arrived', `${path}; contentRoot ${contentRoot.slice(0, 18)}… recomputed and equal; order ${status}`)
  transcript.fact('sha256 OK', sha256)
}
