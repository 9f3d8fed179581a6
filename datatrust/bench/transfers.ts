import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ContentHasher, randomBlindSecret } from '@gristmill/envelope'
import { nodeSha256 } from '@gristmill/envelope/node'
import { buy, publishAsset, signed, writeRandom } from './asset.ts'
import { makePlace, type Place } from './place.ts'
import { output, type Served, serveDatatrust, serveFile, transfer } from './processes.ts'
import { median, type Row } from './row.ts'

const MIB = 1_048_576
const CHUNK_BYTES = 256 * 1024
const PEAK_MAX_MIB = 400
/** As by default: looking takes a twentieth of a core away at ten times as often. */
const POLL_MS = 1_000

export interface TransfersParams {
  sizeBytes: number
  /** Medians of so many, interleaved with the peers. */
  runs: number
  /** In memory, if the system has such a place. */
  parent: string
  /** On a disk; the row it gives is no target. */
  diskParent: string
}

/** Everything that moves an asset. */
export async function measureTransfers({ sizeBytes, runs, parent, diskParent }: TransfersParams): Promise<Row[]> {
  const size = nameOf(sizeBytes)
  const folder = await mkdtemp(join(parent, 'gristmill-bench-'))
  const place = await makePlace(parent)
  const diskPlace = await makePlace(diskParent)
  let server: Served | undefined
  let files: Served | undefined
  try {
    const asset = join(folder, 'asset')
    await writeRandom(asset, sizeBytes)
    server = await serveDatatrust(place, { pollIntervalMs: POLL_MS })
    files = await serveFile(asset)
    const rates = new Map<string, number[]>()
    const measure = async (name: string, rate: () => Promise<number>) => {
      const value = await rate()
      rates.set(name, [...(rates.get(name) ?? []), value])
      console.error(`${name}: ${value.toFixed(0)} MB/s`)
    }
    const { url } = server
    const listing = await publishAsset(place, url, asset, sizeBytes)
    const collected = `/v1/orders/${await buy(place, url, listing, 'direct')}/message`
    for (let i = 0; i < runs; i++) {
      await touchMemory(folder, asset)
      await measure('ingest', () => ingest(place, url, asset, sizeBytes))
      await touchMemory(folder, asset)
      await measure('gpg', () => gpg(folder, asset, sizeBytes))
      await measure('limit', async () => Math.min(sha256Rate(sizeBytes), gcmRate(sizeBytes)))
      await measure('direct', async () =>
        transfer({ url: `${url}${collected}`, headers: await signed(place, 'buyer', 'GET', collected) }),
      )
      // A new order each time: the datatrust hashes what it streams first.
      const streamed = `/v1/orders/${await buy(place, url, listing, 'fair')}/ciphertext`
      await measure('fair', async () =>
        transfer({ url: `${url}${streamed}`, headers: await signed(place, 'buyer', 'GET', streamed) }),
      )
      await measure('file server', () => transfer({ url: files!.url, headers: {} }))
      await measure('verify', () => timed(sizeBytes, () => verify(asset)))
      await measure('sha256sum', () => timed(sizeBytes, () => output('sha256sum', [asset])))
    }
    const peakMib = await server.peakMib()
    await server.end()
    server = await serveDatatrust(diskPlace, { pollIntervalMs: POLL_MS })
    await measure('ingest to disk', () => ingest(diskPlace, server!.url, asset, sizeBytes))
    const of = (name: string) => median(rates.get(name)!)
    const rate = { unit: 'MB/s', better: 'higher' } as const
    const plain = 'node:http serving a file'
    return [
      { name: `ingest ${size}`, ours: of('ingest'), peer: of('gpg'), peerName: GPG_NAME, ...rate, target: 1.5 },
      {
        name: `ingest ${size} limit`,
        ours: of('ingest'),
        peer: of('limit'),
        peerName: 'slower of SHA-256 and AES-GCM',
        ...rate,
      },
      { name: `ingest ${size} to disk`, ours: of('ingest to disk'), peer: null, peerName: null, ...rate },
      {
        name: `deliver direct ${size}`,
        ours: of('direct'),
        peer: of('file server'),
        peerName: plain,
        ...rate,
        target: 0.9,
      },
      {
        name: `deliver fair ${size}`,
        ours: of('fair'),
        peer: of('file server'),
        peerName: plain,
        ...rate,
        target: 0.5,
      },
      { name: `verify ${size}`, ours: of('verify'), peer: of('sha256sum'), peerName: 'sha256sum', ...rate },
      {
        name: 'peak rss',
        ours: peakMib,
        peer: null,
        peerName: null,
        unit: 'MiB',
        better: 'lower',
        target: PEAK_MAX_MIB,
      },
    ]
  } finally {
    await server?.end()
    await files?.end()
    await place.close()
    await diskPlace.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Reads what the next run will read, takes as much memory as it will write, and gives that back. A virtual machine may have
 * returned to its host what nobody used for a while: the first to touch it again pays several times what the run costs, and who
 * comes after him does not.
 */
async function touchMemory(folder: string, asset: string): Promise<void> {
  const copy = join(folder, 'copy')
  await copyFile(asset, copy)
  await rm(copy)
}

const GPG = [
  '--batch',
  '--yes',
  '--pinentry-mode',
  'loopback',
  '--passphrase',
  'bench',
  '--symmetric',
  '--cipher-algo',
  'AES256',
  '--compress-algo',
  'none',
]
const GPG_NAME = 'gpg --symmetric --cipher-algo AES256 --compress-algo none'

async function gpg(folder: string, asset: string, sizeBytes: number): Promise<number> {
  const out = join(folder, 'asset.gpg')
  try {
    return await timed(sizeBytes, () => output('gpg', ['--homedir', folder, ...GPG, '--output', out, asset]))
  } finally {
    await rm(out, { force: true })
  }
}

/** From the first byte of the request to its answer: by then blob and row are flushed. */
async function ingest(place: Place, url: string, asset: string, sizeBytes: number): Promise<number> {
  const uploadId = `0x${randomBytes(32).toString('hex')}`
  const body = JSON.stringify({ uploadId, files: [{ name: 'asset', sizeBytes }] })
  const announced = await fetch(`${url}/v1/uploads`, {
    method: 'POST',
    headers: { ...(await signed(place, 'maker', 'POST', '/v1/uploads', body)), 'content-type': 'application/json' },
    body,
  })
  if (!announced.ok) throw new Error(await announced.text())
  const resource = `/v1/uploads/${uploadId}/content`
  const folder = join(place.directory, 'blobs/blobs/assets')
  const before = await readdir(folder).catch((): string[] => [])
  const rate = await transfer({
    url: `${url}${resource}`,
    headers: await signed(place, 'maker', 'PUT', resource),
    file: asset,
  })
  // Nobody asks for it again, and there is not much room in memory.
  for (const name of await readdir(folder)) if (!before.includes(name)) await rm(join(folder, name))
  return rate
}

async function verify(asset: string): Promise<void> {
  const hasher = await ContentHasher.create({ blindSecret: randomBlindSecret(), sha256: nodeSha256 })
  for await (const chunk of createReadStream(asset, { highWaterMark: CHUNK_BYTES }))
    await hasher.update(chunk as Buffer)
  await hasher.digest()
}

function sha256Rate(sizeBytes: number): number {
  const chunk = randomBytes(CHUNK_BYTES)
  const hash = createHash('sha256')
  const startedAt = performance.now()
  for (let done = 0; done < sizeBytes; done += chunk.length) hash.update(chunk)
  hash.digest()
  return sizeBytes / (performance.now() - startedAt) / 1_000
}

function gcmRate(sizeBytes: number): number {
  const chunk = randomBytes(CHUNK_BYTES)
  const [key, iv] = [randomBytes(32), randomBytes(12)]
  const startedAt = performance.now()
  for (let done = 0; done < sizeBytes; done += chunk.length) {
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    cipher.update(chunk)
    cipher.final()
  }
  return sizeBytes / (performance.now() - startedAt) / 1_000
}

async function timed(sizeBytes: number, work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return sizeBytes / (performance.now() - startedAt) / 1_000
}

function nameOf(sizeBytes: number): string {
  return sizeBytes % (1024 * MIB) === 0 ? `${sizeBytes / (1024 * MIB)} GiB` : `${sizeBytes / MIB} MiB`
}
