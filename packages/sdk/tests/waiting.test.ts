import type { Localnet } from '@gristmill/localnet'
import { type JsonRpcProvider, makeError, type TransactionReceipt, Wallet } from 'ethers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { Client, jsonRpcProvider, type SigningHooks, TransactionReplacedError } from '../src/index.js'
import { errorOf, ONE, startTestLocalnet } from './_util.js'

let localnet: Localnet
beforeAll(async () => {
  localnet = await startTestLocalnet()
})
afterAll(() => localnet.close())

/** What nobody listened to: it would end a program of Node. */
let unheard: unknown[]
const hear = (reason: unknown) => unheard.push(reason)
beforeEach(() => {
  unheard = []
  process.on('unhandledRejection', hear)
})
afterEach(() => {
  process.off('unhandledRejection', hear)
})

type Receipt = (ask: () => Promise<TransactionReceipt | null>) => Promise<TransactionReceipt | null>

/** A client of whose node's receipts this becomes. */
async function clientWith(receipt: Receipt, hooks: (provider: JsonRpcProvider) => SigningHooks = () => ({})) {
  const provider = jsonRpcProvider(localnet.url)
  onTestFinished(() => provider.destroy())
  const asked = provider.getTransactionReceipt.bind(provider)
  provider.getTransactionReceipt = (hash) => receipt(() => asked(hash))
  const runner = new Wallet(localnet.actors.buyer.privateKey, provider)
  const { deployment } = localnet
  const client = await Client.connect({ runner, deployment, ...hooks(provider) })
  return { deposit: () => client.vault.deposit({ token: localnet.token, amount: ONE, payment: 'permit' }) }
}

describe('a transaction that was sent', () => {
  it('is waited for while the node does not answer', async () => {
    let looks = 0
    const { deposit } = await clientWith(async (ask) => {
      looks += 1
      if (looks === 1) return null
      if (looks < 4) throw makeError('hung up', 'NETWORK_ERROR', { event: 'request' })
      return ask()
    })
    expect((await deposit()).credited).toBe(ONE)
    expect(looks).toBe(4)
    expect(unheard).toEqual([])
  }, 10_000)

  it('is given up when its provider is closed, whatever is asked for just then', async () => {
    for (const afterMs of [0, 5, 50, 250, 520]) {
      let ends: Promise<void> | undefined
      const { deposit } = await clientWith(
        async (ask) => {
          await ask()
          return null
        },
        (provider) => ({
          onTransaction: () => {
            ends = new Promise((resolve) => setTimeout(() => resolve(provider.destroy()), afterMs))
          },
        }),
      )
      await expect(deposit()).rejects.toMatchObject({ code: 'CHAIN_ERROR' })
      await ends
    }
    expect(unheard).toEqual([])
  }, 10_000)

  it('is given up when another one has its nonce', async () => {
    const { deposit } = await clientWith(async () => null)
    expect(await errorOf(deposit())).toBeInstanceOf(TransactionReplacedError)
  }, 15_000)
})
