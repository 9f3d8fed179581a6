import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, readlink, rm, stat, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hex, ListingId, OrderId } from '@gristmill/protocol'
import type { Client } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClientRun, DatatrustProcess, type RunClientParams, requireFlat, runClient, Wire } from './_big.js'
import { buyDirect, buyersKey, clientOf, type Stage, setStage, until } from './_util.js'

const MIB = 1_048_576
const isDeep = process.env.GRISTMILL_DEEP === '1'
const SMALL_BYTES = 32 * MIB
const BIG_BYTES = isDeep ? 2_048 * MIB : 128 * MIB
/** A partial message, the content, the stored data, and that encrypted once more for GnuPG. */
const DISK_BYTES = 5 * BIG_BYTES
/** Parts of a message after which its reader is killed. */
const KILLS = [0.01, 0.5]
/** What is on its way, in buffers of the system, when a process is killed. */
const IN_FLIGHT_BYTES = 8 * MIB
const PATIENCE_MS = isDeep ? 3_600_000 : 240_000

const { bavail, bsize } = await statfs(tmpdir())
const hasRoom = bavail * bsize > DISK_BYTES
if (!hasRoom) console.warn(`skipped: big files need ${DISK_BYTES / MIB} MiB in ${tmpdir()}`)
const hasGpg = spawnSync('gpg', ['--version']).status === 0
const hasProc = process.platform === 'linux'

interface Published {
  listing: ListingId
  sha256: Hex
}

describe.skipIf(!hasRoom)('a big file (skipped where there is no room for it)', () => {
  let stage: Stage
  let folder: string
  let datatrust: DatatrustProcess
  let buyer: Client
  let decryptionKey: string
  let small: Published
  let big: Published
  /** Of a client that downloads a small file. */
  let smallPeakMib: number

  beforeAll(async () => {
    stage = await setStage()
    folder = await mkdtemp(join(tmpdir(), 'gristmill-big-'))
    datatrust = await DatatrustProcess.start(stage)
    buyer = await clientOf(stage.localnet, 'buyer', datatrust.url)
    decryptionKey = (await buyersKey()).privateKey
  }, PATIENCE_MS)
  afterAll(async () => {
    await datatrust?.end('SIGKILL')
    await stage?.close()
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  })

  const run = (actor: 'maker' | 'buyer', params: Pick<RunClientParams, 'task'> & Partial<RunClientParams>) => {
    const { url: rpcUrl, deployment, actors } = stage.localnet
    const { privateKey } = actors[actor]
    return runClient({
      url: datatrust.url,
      rpcUrl,
      deployment,
      privateKey: privateKey as Hex,
      decryptionKey,
      ...params,
    })
  }
  const publish = async (sizeBytes: number): Promise<ClientRun & Published> => {
    const published = (await run('maker', { task: 'publish', sizeBytes, market: stage.market })) as ClientRun &
      Published
    await until(() => buyer.listings.get({ listing: published.listing }))
    return published
  }
  const order = async (listing: ListingId, publicKey?: string, timeoutMs = PATIENCE_MS): Promise<OrderId> => {
    const orderId = await buyDirect(buyer, listing, publicKey)
    await buyer.orders.wait({ orderId, pollMs: 100, timeoutMs })
    return orderId
  }
  const download = async ({ listing, sha256 }: Published) => {
    const downloaded = await run('buyer', { task: 'download', orderId: await order(listing) })
    expect(downloaded.sha256).toBe(sha256)
    return downloaded
  }

  it(
    'takes either side no more memory than a small one',
    async () => {
      const publishedSmall = await publish(SMALL_BYTES)
      const downloadedSmall = await download(publishedSmall)
      const datatrustSmall = await datatrust.peakMib()
      const publishedBig = await publish(BIG_BYTES)
      const downloadedBig = await download(publishedBig)
      const datatrustBig = await datatrust.peakMib()
      small = publishedSmall
      big = publishedBig
      smallPeakMib = downloadedSmall.peakMib
      const peaks: [string, number, number][] = [
        ['datatrust', datatrustBig, datatrustSmall],
        ['maker', publishedBig.peakMib, publishedSmall.peakMib],
        ['buyer', downloadedBig.peakMib, downloadedSmall.peakMib],
      ]
      const shown = peaks.map(
        ([who, peakMib, smallMib]) => `${who} ${Math.round(smallMib)} to ${Math.round(peakMib)} MiB`,
      )
      console.log(`peaks of resident memory at ${SMALL_BYTES / MIB} and ${BIG_BYTES / MIB} MiB: ${shown.join(', ')}`)
      for (const peak of peaks) requireFlat(...peak)
    },
    PATIENCE_MS,
  )

  it(
    'would be seen to be held in memory',
    async () => {
      // Nobody needs to see 2 GiB in one buffer.
      const published = isDeep ? await publish(256 * MIB) : big
      const { peakMib, sha256 } = await run('buyer', { task: 'buffer', orderId: await order(published.listing) })
      expect(sha256).toBe(published.sha256)
      expect(() => requireFlat('a client that buffers', peakMib, smallPeakMib)).toThrow(RangeError)
    },
    PATIENCE_MS,
  )

  // Each of the two is killed in the tests of their own, too.
  it.runIf(isDeep)(
    'is downloaded in the end, however often client and datatrust are killed, and sent about once',
    async () => {
      const { listing, sha256 } = big
      const orderId = await order(listing)
      const out = join(folder, 'big.bin')
      await using wire = await Wire.to(datatrust.url)
      const { messageBytes = Number.NaN } = await buyer.orders.document({ orderId })
      let hadBytes = 0
      for (const part of KILLS) {
        const killed = await run('buyer', {
          task: 'download',
          url: wire.url,
          orderId,
          out,
          killWhen: (receivedBytes) => receivedBytes > part * messageBytes,
        })
        expect(killed.wasKilled).toBe(true)
        expect(await readdir(folder)).not.toContain('big.bin')
        const { size } = await stat(`${out}.partial`)
        expect(size).toBeGreaterThan(hadBytes)
        hadBytes = size
      }

      // The last client lives; its datatrust does not.
      let restarted: Promise<void> | undefined
      const restart = async () => {
        await datatrust.end('SIGKILL')
        datatrust = await DatatrustProcess.start(stage)
        wire.target = datatrust.url
      }
      const survived = await run('buyer', {
        task: 'download',
        url: wire.url,
        orderId,
        out,
        killWhen: (receivedBytes) => {
          if (receivedBytes > 0.8 * messageBytes) restarted ??= restart()
          return false
        },
      })
      expect(restarted).toBeDefined()
      await restarted
      expect(survived.sha256).toBe(sha256)
      console.log(
        `sent for a message of ${messageBytes} bytes, past ${KILLS.length + 1} kills: ${wire.receivedBytes} bytes`,
      )
      expect(wire.receivedBytes).toBeLessThan(messageBytes + (KILLS.length + 1) * IN_FLIGHT_BYTES)
      expect(wire.receivedBytes).toBeLessThan(2 * messageBytes)
      expect(await readdir(folder)).toEqual(['big.bin'])
      expect(await hashOf(out)).toBe(sha256)
      await rm(out)
      const events = await buyer.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds: [orderId] })
      expect(events.map(({ type }) => type)).toEqual(['placed', 'settled'])
      buyer = await clientOf(stage.localnet, 'buyer', datatrust.url)
    },
    PATIENCE_MS,
  )

  it.skipIf(!hasProc)(
    'whose reader goes away is closed (skipped where there is no /proc)',
    async () => {
      const orderId = await order(small.listing)
      const openBlobs = async () => {
        const directory = `/proc/${datatrust.child.pid}/fd`
        const links = await Promise.all(
          (await readdir(directory)).map((fd) => readlink(join(directory, fd)).catch(() => '')),
        )
        return links.filter((link) => link.endsWith('.blob')).length
      }
      const readers = Array.from({ length: 5 }, () => buyer.orders.message({ orderId })[Symbol.asyncIterator]())
      for (const reader of readers) await reader.next()
      // Negative control: while they wait, the file is open for each.
      await until(async () => (await openBlobs()) === readers.length)
      for (const reader of readers) await reader.return?.()
      await until(async () => (await openBlobs()) === 0)
    },
    PATIENCE_MS,
  )

  it.skipIf(!hasGpg)(
    'goes to a GnuPG key within the same memory (skipped where gpg is missing)',
    async () => {
      const { listing, sha256 } = isDeep ? big : small
      const home = await mkdtemp(join(tmpdir(), 'gristmill-gpg-'))
      const base = ['--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', '']
      const gpg = (...args: string[]) => execFileSync('gpg', [...base, ...args]).toString()
      try {
        gpg('--quick-generate-key', 'Buyer <buyer@example.org>', 'ed25519', 'default', 'never')
        const [fingerprint] = /(?<=^fpr:+)[0-9A-F]{40}/m.exec(gpg('--list-keys', '--with-colons')) ?? []
        gpg('--quick-add-key', fingerprint as string, 'cv25519', 'encr', 'never')
        const orderId = await order(listing, gpg('--armor', '--export'))
        const out = join(folder, 'big.gpg')
        await run('buyer', { task: 'message', orderId, out })
        const peakMib = await datatrust.peakMib()
        console.log(`peak of the datatrust that encrypted again for GnuPG: ${Math.round(peakMib)} MiB`)
        requireFlat('datatrust', peakMib)
        expect(await hashOfDecrypted([...base, '--decrypt', out])).toBe(sha256)
        await rm(out)
      } finally {
        spawnSync('gpgconf', ['--homedir', home, '--kill', 'all'])
        await rm(home, { recursive: true, force: true })
      }
    },
    PATIENCE_MS,
  )
})

async function hashOf(path: string): Promise<Hex> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return `0x${hash.digest('hex')}`
}

async function hashOfDecrypted(args: string[]): Promise<Hex> {
  const child = spawn('gpg', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(child, 'exit')
  const hash = createHash('sha256')
  for await (const chunk of child.stdout) hash.update(chunk as Buffer)
  expect(await ended).toEqual([0, null])
  return `0x${hash.digest('hex')}`
}
