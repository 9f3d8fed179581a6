import { randomBytes } from 'node:crypto'
import { errorsInterface, Fair__factory } from '@gristmill/abi'
import {
  CELL_BYTES,
  cellsOf,
  cellsRoot,
  cipherCells,
  type Evidence,
  evidenceOf,
  findWrongCell,
  leafHashes,
} from '@gristmill/envelope'
import { nodeChaCha20 as chacha20, nodeSha256 as sha256 } from '@gristmill/envelope/node'
import { concat, dataSlice, hexlify, id } from 'ethers'
import { afterAll, describe, expect, it } from 'vitest'
import { startLocalnet } from '../src/index.js'
import { call, rpc } from './_util.js'

/** A library's functions have selectors of their own: a struct stands in them by its name. */
const SELECTOR = dataSlice(id('isWrong(bytes32,uint64,bytes32,bytes32,Evidence)'), 0, 4)

const localnet = await startLocalnet()
afterAll(() => localnet.close())

async function* source(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += 1000) yield bytes.subarray(offset, offset + 1000)
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return new Uint8Array(Buffer.concat(all))
}

/** What was promised, and what a buyer received, acknowledged and got the key for. */
async function deliver(sizeBytes: number, spoil: (cells: Uint8Array) => void) {
  const key = randomBytes(32)
  const plain = await joined(cellsOf(source(randomBytes(sizeBytes)), { blindSecret: randomBytes(32) }))
  const leaves = await joined(leafHashes(source(plain), sha256))
  const contentRoot = await cellsRoot(source(plain), sha256)
  spoil(plain)
  const ciphertext = cipherCells({ key, firstCell: 0, cells: plain, chacha20 })
  const cipherRoot = await cellsRoot(source(ciphertext), sha256)
  const received = () => ({ ciphertext: source(ciphertext), leaves: source(leaves), sizeBytes, sha256 })
  return { key, contentRoot, cipherRoot, sizeBytes, received }
}

type Delivery = Awaited<ReturnType<typeof deliver>>

/** What the library on chain says of evidence: a verdict, or the name of its error. */
async function verdictOf(delivery: Delivery, evidence: Evidence): Promise<boolean | string> {
  const fair = Fair__factory.createInterface()
  const { contentRoot, sizeBytes, cipherRoot, key } = delivery
  const encoded = fair.encodeFunctionData('isWrong', [
    hexlify(contentRoot),
    sizeBytes,
    hexlify(cipherRoot),
    hexlify(key),
    evidence,
  ])
  const data = concat([SELECTOR, dataSlice(encoded, 4)])
  const [answer] = await rpc(localnet.url, [call('eth_call', { to: localnet.deployment.fair, data }, 'latest')])
  if (answer!.error !== undefined) return errorsInterface.parseError(answer!.error.data!)!.name
  return fair.decodeFunctionResult('isWrong', answer!.result as string)[0] as boolean
}

describe('evidence', () => {
  it('convicts the wrong cell on chain, and no cell of a right delivery', async () => {
    for (const sizeBytes of [1, 4064, 4065, 30_000, 70_000]) {
      const right = await deliver(sizeBytes, () => {})
      const count = Math.ceil(sizeBytes / 4064)
      for (let cell = 0; cell < count; cell += 3) {
        expect(await verdictOf(right, await evidenceOf(cell, right.received()))).toBe(false)
      }
      const spoilt = Math.floor(Math.random() * count)
      const wrong = await deliver(sizeBytes, (cells) => {
        cells[spoilt * CELL_BYTES + Math.floor(Math.random() * CELL_BYTES)]! ^= 0x10
      })
      const found = await findWrongCell({ ...wrong.received(), key: wrong.key, chacha20 })
      expect(found).toBe(spoilt)
      expect(await verdictOf(wrong, await evidenceOf(spoilt, wrong.received()))).toBe(true)
    }
  })

  it('is refused on chain, by name, if it is of another cell, size or delivery', async () => {
    const [one, other] = [await deliver(30_000, () => {}), await deliver(30_000, () => {})]
    const evidence = await evidenceOf(2, one.received())
    const refusal = (delivery: Delivery, change: Partial<Evidence> = {}) =>
      verdictOf(delivery, { ...evidence, ...change })
    expect(await refusal(one)).toBe(false)
    expect(await refusal(one, { cell: 3n })).toBe('Fair_BadCipherProof')
    expect(await refusal(one, { cell: 8n })).toBe('Fair_BadCell')
    expect(await refusal(one, { cipherCell: '0x00' })).toBe('Fair_BadCellSize')
    expect(await refusal({ ...one, sizeBytes: 4064 })).toBe('Fair_BadCell')
    expect(await refusal(other)).toBe('Fair_BadCipherProof')
    expect(await refusal({ ...one, contentRoot: other.contentRoot })).toBe('Fair_BadPlainProof')
  })
})
