import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isProtocolError, type Upload } from '@gristmill/protocol'
import { ContentServer } from './_content-server.js'
import { sendSigned } from './_http.js'
import { JOURNEY_PARAMS, type Journey, order, requireEqual, waitFor } from './_journeys.js'
import type { Lives, Parties } from './_lives.js'
import { ACCESS_PRICE, downloadDirect, random32, type Stage, sha256, walletOf } from './_util.js'

const CONTENT_BYTES = 1_500_000
/** Of a fetch; a process that died is waited for so long. */
const HOLD_SECONDS = 1
/** Between the two halves of the content: a fetch that takes so long is renewed. */
const HALF_MS = 500

/** Whence the datatrust fetches: `/table.csv` is slow, nothing else is there. */
export class Source implements AsyncDisposable {
  readonly content = randomBytes(CONTENT_BYTES)
  readonly #asked: string[] = []
  readonly #server: ContentServer

  private constructor(server: ContentServer) {
    this.#server = server
  }

  static async start(): Promise<Source> {
    const server = await ContentServer.start(async (request, response) => {
      source.#asked.push(request.url ?? '')
      if (request.url !== '/table.csv') return response.writeHead(404).end()
      response.write(source.content.subarray(0, CONTENT_BYTES / 2))
      await sleep(HALF_MS)
      return response.end(source.content.subarray(CONTENT_BYTES / 2))
    })
    const source = new Source(server)
    return source
  }

  timesAsked(path: string): number {
    return this.#asked.filter((asked) => asked === path).length
  }

  get origin(): string {
    return this.#server.origin
  }

  /** How a datatrust is set that fetches from here. */
  get params() {
    return { ...JOURNEY_PARAMS, fetch: { origins: [this.origin], holdSeconds: HOLD_SECONDS } }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server[Symbol.asyncDispose]()
  }
}

/** Content that is fetched and sold, and content that is not where it was said to be. */
export async function fetchAndSell(lives: Lives, stage: Stage, source: Source): Promise<Journey> {
  const { content, origin } = source
  const files = [{ name: 'table.csv', sizeBytes: content.length }]
  const uploadId = random32()
  const [url, digest] = [`${origin}/table.csv`, sha256(content)]
  const send = ({ maker }: Parties) => maker.listings.upload({ files, uploadId, content: { url, sha256: digest } })
  const upload = await lives.step('fetch', send)
  // Nothing is fetched that is there.
  const fetches = source.timesAsked('/table.csv')
  const isStored = async (parties: Parties) => {
    requireEqual(await send(parties), upload)
    requireEqual(source.timesAsked('/table.csv'), fetches)
  }
  lives.acknowledge('the upload', isStored)

  await requestMissing(lives, stage, source)

  const wish = { market: stage.market, salt: random32(), prices: { access: ACCESS_PRICE }, payment: 'permit' as const }
  const metadata = { name: 'Fetched', license: 'CC0-1.0' }
  const { listing } = await lives.step('publish', ({ maker }) =>
    maker.listings.publish({ ...wish, files, content: { url, sha256: digest }, metadata, uploadId }),
  )
  await lives.poll('adoption of the listing', ({ maker }) =>
    maker.listings.get({ listing }).catch((error: unknown) => {
      if (isProtocolError(error, 'LISTING_NOT_FOUND')) return undefined
      throw error
    }),
  )
  const orderId = await order(lives, stage, { listing, kind: 'access' })
  await lives.step('delivery', async ({ buyer }) => {
    await waitFor(buyer, { orderId })
    requireEqual(sha256(await downloadDirect(buyer, orderId)), digest)
  })
  await lives.step('the end', isStored)
  return { orders: { [orderId]: ['placed', 'settled'] }, runs: [] }
}

/** Asks once for what is not there: that it failed is said from then on, without another look. */
async function requestMissing(lives: Lives, stage: Stage, { origin }: Source): Promise<void> {
  const maker = walletOf(stage.localnet, 'maker')
  const uploadId = random32()
  const resource = `/v1/uploads/${uploadId}`
  const files = [{ name: 'missing.csv', sizeBytes: 1 }]
  await lives.step('request of what is not there', async ({ url }) => {
    await sendSigned(stage, url, maker, { method: 'POST', resource: '/v1/uploads', json: { uploadId, files } })
    const json = { url: `${origin}/missing.csv` }
    const { status } = await sendSigned(stage, url, maker, { method: 'POST', resource: `${resource}/fetch`, json })
    requireEqual(status, 202)
  })
  const look = async ({ url }: Parties): Promise<Upload['fetch']> => {
    const { body } = await sendSigned(stage, url, maker, { method: 'GET', resource })
    return (JSON.parse(body.toString()) as Upload).fetch
  }
  const failure = await lives.poll('failure', async (parties) => {
    const fetch = await look(parties)
    return fetch?.state === 'failed' ? fetch : undefined
  })
  requireEqual(failure.code, 'FETCH_ANSWER')
  lives.acknowledge('the failure', async (parties) => requireEqual(await look(parties), failure))
}
