import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createOpenpgpKey } from './actors.js'
import { DemoFailedError } from './errors.js'
import type { Published } from './publish.js'
import type { Stage } from './stage.js'
import { money, type Transcript } from './transcript.js'

/** A buyer pays into escrow, collects, decrypts, and compares. */
export async function buy(stage: Stage, published: Published, transcript: Transcript): Promise<void> {
  const { orders } = stage.clients.buyer
  const key = await createOpenpgpKey(stage.directory, 'buyer')
  const quote = await orders.quote({
    listing: published.access,
    kind: 'access',
    recipientPublicKey: key.publicKey,
  })
  const { orderId } = await orders.place({ quote, payment: 'permit' })
  transcript.step('Buy', 'A buyer pays into escrow and gets an OpenPGP message only their key opens.')
  transcript.fact('order', `${orderId}, ${money(quote.deal.price)} in escrow`)

  await orders.wait({ orderId, pollMs: 100, signal: stage.signal })
  const path = join(stage.directory.out, 'dataset.csv')
  const { content, verified } = await orders.download({ orderId, privateKey: key.privateKey })
  await pipeline(content, createWriteStream(path))
  const { contentRoot } = await verified
  const sha256 = `0x${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')}`
  if (sha256 !== published.accessSha256)
    throw new DemoFailedError('The file that arrived is not the file that was published.', { details: { sha256 } })
  const { status } = await orders.status({ orderId })
  transcript.fact('arrived', `${path}; contentRoot ${contentRoot.slice(0, 18)}… recomputed and equal; order ${status}`)
  transcript.fact('sha256 OK', sha256)
}
