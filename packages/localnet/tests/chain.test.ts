import { join } from 'node:path'
import { Wallet } from 'ethers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Chain } from '../src/chain.js'
import { JournalWriteError, ReplayMismatchError } from '../src/errors.js'
import { Journal } from '../src/journal.js'
import type { GenesisRecord, JournalRecord, TransactionRecord } from '../src/journal-record.js'
import { temporaryDirectory } from './_util.js'

const sender = new Wallet(`0x${'11'.repeat(32)}`)
const RECIPIENT = `0x${'22'.repeat(20)}`
const ETHER = 10n ** 18n

const genesis: GenesisRecord = {
  kind: 'genesis',
  version: 1,
  chainId: 31_337,
  hardfork: 'prague',
  timestamp: 1_700_000_000,
  balances: { [sender.address]: (1000n * ETHER).toString() },
}

async function start(records: readonly JournalRecord[] = [], journal?: Journal): Promise<Chain> {
  const chain = await Chain.start({ records: [genesis, ...records], ...(journal === undefined ? {} : { journal }) })
  onTestFinished(() => chain.close())
  return chain
}

function transfer(nonce: number, value = 1n): Promise<string> {
  const maxFeePerGas = 3n * 10n ** 9n
  return sender.signTransaction({
    type: 2,
    chainId: 31_337,
    nonce,
    to: RECIPIENT,
    value,
    gasLimit: 21_000n,
    maxFeePerGas,
    maxPriorityFeePerGas: 0n,
  })
}

async function journaled(work: (chain: Chain) => Promise<void>): Promise<JournalRecord[]> {
  const file = join(temporaryDirectory(), 'chain.journal')
  const { journal } = Journal.open(file)
  const chain = await start([], journal)
  await work(chain)
  await chain.close()
  const opened = Journal.open(file)
  opened.journal.close()
  return opened.content.records
}

async function latest(chain: Chain): Promise<{ hash: string; number: string; timestamp: string }> {
  return (await chain.read('eth_getBlockByNumber', ['latest', false])) as {
    hash: string
    number: string
    timestamp: string
  }
}

describe('a transaction', () => {
  it('is mined in a block of its own before its hash is returned', async () => {
    const chain = await start()
    const hash = await chain.submit(await transfer(0))
    expect(await chain.read('eth_getTransactionReceipt', [hash])).toMatchObject({ blockNumber: '0x1', status: '0x1' })
  })

  it('carries the real time', async () => {
    const chain = await start()
    const before = Math.floor(Date.now() / 1000)
    await chain.submit(await transfer(0))
    const timestamp = Number((await latest(chain)).timestamp)
    expect(timestamp).toBeGreaterThanOrEqual(before)
    expect(timestamp).toBeLessThanOrEqual(Date.now() / 1000)
  })

  it('waits for the nonces before it, and all are mined in order', async () => {
    const chain = await start()
    const late = [await chain.submit(await transfer(2)), await chain.submit(await transfer(1))]
    expect((await latest(chain)).number).toBe('0x0')
    await chain.submit(await transfer(0))
    const blocks = await Promise.all(late.map((hash) => chain.read('eth_getTransactionReceipt', [hash])))
    expect(blocks).toMatchObject([{ blockNumber: '0x3' }, { blockNumber: '0x2' }])
  })

  it.each([
    { what: 'a used nonce', raw: () => transfer(0), message: /nonce too low/i },
    { what: 'more than the sender has', raw: () => transfer(1, 2000n * ETHER), message: /insufficient funds/ },
    { what: 'a nonce far ahead', raw: () => transfer(66), message: /nonce too high/ },
  ])('is refused and not journaled: $what', async ({ raw, message }) => {
    const records = await journaled(async (chain) => {
      await chain.submit(await transfer(0))
      await expect(chain.submit(await raw())).rejects.toThrow(message)
    })
    expect(records).toHaveLength(1)
  })

  it('that waits is neither taken twice nor replaced', async () => {
    const chain = await start()
    await chain.submit(await transfer(5))
    await expect(chain.submit(await transfer(5))).rejects.toThrow('already known')
    await expect(chain.submit(await transfer(5, 2n))).rejects.toThrow('underpriced')
  })
})

describe('a replay', () => {
  it('gives the same blocks, the same time and the same waiting transactions', async () => {
    let head: object | undefined
    const records = await journaled(async (chain) => {
      for (const nonce of [0, 2, 1, 4]) await chain.submit(await transfer(nonce))
      await chain.advance(86_400)
      head = await latest(chain)
    })
    const chain = await start(records)
    expect(await latest(chain)).toEqual(head)
    expect(chain.now - Date.now() / 1000).toBeGreaterThan(86_390)
    await chain.submit(await transfer(3))
    expect(Number((await latest(chain)).number)).toBe(6)
  })

  it('is refused where it leads to another chain', async () => {
    const records = await journaled(async (chain) => {
      for (const nonce of [0, 1, 2]) await chain.submit(await transfer(nonce))
    })
    const second = records[1] as TransactionRecord
    const later = records.with(1, { ...second, timestamp: second.timestamp + 1 })
    await expect(start(later)).rejects.toThrow(ReplayMismatchError)
    await expect(start(records.toSpliced(1, 1))).rejects.toThrow(ReplayMismatchError)
  })
})

describe('a chain whose journal cannot be written', () => {
  it('acknowledges nothing more and shows nothing more', async () => {
    const { journal } = Journal.open(join(temporaryDirectory(), 'chain.journal'))
    const chain = await start([], journal)
    journal.close()
    await expect(chain.submit(await transfer(0))).rejects.toThrow(JournalWriteError)
    await expect(latest(chain)).rejects.toThrow(JournalWriteError)
  })
})
