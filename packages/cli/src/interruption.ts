import { EXIT } from './exit-codes.js'
import type { Io } from './io.js'

/** What to tell who interrupts a run: what was sent, what became of it, and how to go on. */
export function interruption({ transactions, word }: Pick<Io, 'transactions' | 'word'>) {
  const sent = [...transactions].map(([hash, { name, state }]) =>
    state === 'confirmed' ? `${name} is done (${hash}).` : `${name} was sent and may still be mined (${hash}).`,
  )
  const message = [
    'Interrupted.',
    ...(sent.length === 0 ? ['No transaction was sent.'] : sent),
    ...(word ? [word] : []),
  ]
  const details = {
    transactions: [...transactions].map(([transactionHash, { name, state }]) => ({ transactionHash, name, state })),
  }
  return { code: 'INTERRUPTED', message: message.join(' '), exitCode: EXIT.interrupted, details }
}
