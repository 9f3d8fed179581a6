import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { buy, publishAsset, signed, writeRandom } from './asset.ts'
import type { CrowdResult } from './children/crowd.ts'
import { makePlace } from './place.ts'
import { crowd, serveDatatrust } from './processes.ts'
import type { Row } from './row.ts'

const MIB = 1_048_576
const STARVED_SECONDS = 5

export interface CrowdParams {
  parent: string
  clients: number
  sizeBytes: number
}

/** Many buyers at once, direct and fair: all of them are served, and none waits long. */
export async function measureCrowd({ parent, clients, sizeBytes }: CrowdParams): Promise<Row[]> {
  const folder = await mkdtemp(join(parent, 'gristmill-bench-'))
  const place = await makePlace(parent)
  const asset = join(folder, 'asset')
  await writeRandom(asset, sizeBytes)
  const server = await serveDatatrust(place)
  try {
    const listing = await publishAsset(place, server.url, asset, sizeBytes)
    const rows: Row[] = []
    for (const how of ['direct', 'fair'] as const) {
      const resource = `/v1/orders/${await buy(place, server.url, listing, how)}/${how === 'direct' ? 'message' : 'ciphertext'}`
      const headers: Record<string, string>[] = []
      for (let i = 0; i < clients; i++) headers.push(await signed(place, 'buyer', 'GET', resource))
      rows.push(
        ...rowsOf(
          `${clients} x ${sizeBytes / MIB} MiB ${how}`,
          await crowd({ url: `${server.url}${resource}`, headers }),
        ),
      )
    }
    const peak = {
      name: `peak rss of ${clients} at once`,
      ours: await server.peakMib(),
      unit: 'MiB',
      better: 'lower',
    } as const
    return [...rows, { ...peak, peer: null, peerName: null }]
  } finally {
    await server.end()
    await place.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function rowsOf(name: string, { bytes, ms, failed, longestSilenceMs }: CrowdResult): Row[] {
  const none = { peer: null, peerName: null }
  return [
    { name, ours: bytes / ms / 1_000, ...none, unit: 'MB/s', better: 'higher' },
    { name: `${name} errors`, ours: failed, ...none, unit: 'downloads', better: 'lower', target: 0 },
    {
      name: `${name} silence`,
      ours: longestSilenceMs / 1_000,
      ...none,
      unit: 's',
      better: 'lower',
      target: STARVED_SECONDS,
    },
  ]
}
