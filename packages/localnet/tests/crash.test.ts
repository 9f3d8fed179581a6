import { JsonRpcProvider, Wallet } from 'ethers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connectLocalnet } from '../src/index.js'
import { call, rpc, spawnLocalnet, temporaryDirectory } from './_util.js'

const SENT = 1_000
const VALUE = 1_000n

/** Signs without asking the chain, so that the burst is as dense as it can be. */
async function signTransfers(privateKey: string, to: string): Promise<string[]> {
  const wallet = new Wallet(privateKey)
  const fees = { maxFeePerGas: 3n * 10n ** 9n, maxPriorityFeePerGas: 0n }
  const common = { type: 2, chainId: 31_337, to, value: VALUE, gasLimit: 21_000n, ...fees }
  return await Promise.all(Array.from({ length: SENT }, (_, nonce) => wallet.signTransaction({ ...common, nonce })))
}

/** Sends with 8 requests under way at any time; collects what was acknowledged until the server is gone. */
async function burst(url: string, raws: readonly string[], acknowledged: Set<string>): Promise<void> {
  const queue = raws.values()
  const send = async (): Promise<void> => {
    for (const raw of queue) {
      const { result } = await rpc(url, call('eth_sendRawTransaction', raw))
      if (typeof result === 'string') acknowledged.add(raw)
    }
  }
  await Promise.allSettled(Array.from({ length: 8 }, send))
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1))
}

describe('kill -9 in the middle of a burst of transactions', () => {
  it('loses no transaction that was acknowledged and doubles none', { timeout: 60_000 }, async () => {
    const directory = temporaryDirectory()
    let process_ = await spawnLocalnet(['--directory', directory])
    const recipient = Wallet.createRandom().address
    const { actors } = await connectLocalnet({ url: process_.url, directory })
    const raws = await signTransfers(actors.buyer.privateKey, recipient)
    const acknowledged = new Set<string>()

    for (const atLeast of [150, 400, 700]) {
      const sending = burst(
        process_.url,
        raws.filter((raw) => !acknowledged.has(raw)),
        acknowledged,
      )
      await until(() => acknowledged.size >= atLeast)
      await process_.stop('SIGKILL')
      await sending
      process_ = await spawnLocalnet(['--directory', directory])
      // Whatever was acknowledged is known: mined, or waiting for a nonce that the crash left unanswered.
      for (const raw of acknowledged) {
        const { error } = await rpc(process_.url, call('eth_sendRawTransaction', raw))
        expect(error?.message).toMatch(/nonce too low|already known/i)
      }
    }
    await burst(process_.url, raws, acknowledged)

    const provider = new JsonRpcProvider(process_.url, 31_337, { staticNetwork: true })
    onTestFinished(() => provider.destroy())
    expect(await provider.getTransactionCount(actors.buyer.address)).toBe(SENT)
    expect(await provider.getBalance(recipient)).toBe(BigInt(SENT) * VALUE)
  })
})
