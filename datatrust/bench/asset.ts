import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { ListingId, OrderId } from '@gristmill/protocol'
import { createSessionKey, generateKey } from '@gristmill/sdk'
import { authorize } from './authorize.ts'
import type { Place } from './place.ts'

const MIB = 1_048_576

/** Publishes a file for access; returns once it is in the catalogue. */
export async function publishAsset(place: Place, url: string, asset: string, sizeBytes: number): Promise<ListingId> {
  const maker = await place.client('maker', url)
  const { listing } = await maker.listings.publish({
    market: place.market,
    content: () => createReadStream(asset, { highWaterMark: MIB }),
    files: [{ name: 'asset', sizeBytes }],
    metadata: { name: 'Bench', license: 'CC0-1.0' },
    prices: { access: 1_000_000n },
    payment: 'permit',
  })
  while ((await maker.listings.get({ listing })) === undefined) await new Promise((resolve) => setTimeout(resolve, 50))
  return listing
}

/** An order that waits for its buyer to collect it. */
export async function buy(place: Place, url: string, listing: ListingId, how: 'direct' | 'fair'): Promise<OrderId> {
  const buyer = await place.client('buyer', url)
  const goods =
    how === 'fair'
      ? { ackKey: createSessionKey().address }
      : { direct: true as const, recipientPublicKey: (await generateKey({ name: 'buyer' })).publicKey }
  const quote = await buyer.orders.quote({ listing, kind: 'access', ...goods })
  const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
  await buyer.orders.wait({ orderId, pollMs: 50 })
  return orderId
}

/** The headers of one request, signed. */
export async function signed(
  place: Place,
  who: 'maker' | 'buyer',
  method: 'GET' | 'POST' | 'PUT',
  resource: string,
  body?: string,
): Promise<Record<string, string>> {
  return { authorization: await authorize(place, place.wallet(who), method, resource, body) }
}

/** A file that nobody compresses. */
export async function writeRandom(path: string, sizeBytes: number): Promise<void> {
  await using file = await open(path, 'wx')
  for (let done = 0; done < sizeBytes; done += 16 * MIB) {
    await file.write(randomBytes(Math.min(16 * MIB, sizeBytes - done)))
  }
}
