import { describe, expect, it } from 'vitest'
import { interruption } from './interruption.js'
import { type Io, leaveWord } from './io.js'
import { Guard } from './plan/guard.js'

const io = () => ({ word: undefined, transactions: new Map() }) as unknown as Io
const HASH = `0x${'ab'.repeat(32)}` as const

describe('who interrupts a run', () => {
  it('is told that nothing was sent', () => {
    expect(interruption(io()).message).toBe('Interrupted. No transaction was sent.')
  })

  it('is told of each transaction, and whether it may still be mined', () => {
    const run = io()
    const { onTransaction } = new Guard().hooks(run)
    const transaction = { contract: 'vault', function: 'withdraw', transactionHash: HASH }
    onTransaction?.({ state: 'sent', ...transaction })
    expect(interruption(run)).toMatchObject({
      message: `Interrupted. vault.withdraw was sent and may still be mined (${HASH}).`,
      exitCode: 130,
      details: { transactions: [{ transactionHash: HASH, state: 'sent' }] },
    })
    onTransaction?.({ state: 'confirmed', ...transaction })
    expect(interruption(run).message).toBe(`Interrupted. vault.withdraw is done (${HASH}).`)
  })

  it('is told how to go on after what cannot be undone', () => {
    const run = io()
    leaveWord(run, 'The order is placed: go on with gristmill download ORDER')
    expect(interruption(run).message).toContain('go on with gristmill download ORDER')
  })
})
