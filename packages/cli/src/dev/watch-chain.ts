import {
  Curation__factory,
  Datatrusts__factory,
  Listings__factory,
  Markets__factory,
  Orders__factory,
  Signals__factory,
  TestToken__factory,
  Vault__factory,
} from '@gristmill/abi'
import { nodeJsonRpcProvider } from '@gristmill/sdk/node'
import { Interface, type LogDescription } from 'ethers'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { note } from '../output.js'
import type { DevNetwork } from './dev-network.js'

const POLL_MS = 300
const ID_CHARACTERS = 10

/** Says blocks and events as they happen, until it is disposed of. */
export function watchChain(io: Io, { localnet }: DevNetwork): AsyncDisposable {
  const provider = nodeJsonRpcProvider(localnet.url)
  const { deployment, token } = localnet
  const interfaces = new Map<string, readonly [string, Interface]>([
    [deployment.vault, ['Vault', new Interface(Vault__factory.abi)]],
    [deployment.datatrusts, ['Datatrusts', new Interface(Datatrusts__factory.abi)]],
    [deployment.markets, ['Markets', new Interface(Markets__factory.abi)]],
    [deployment.listings, ['Listings', new Interface(Listings__factory.abi)]],
    [deployment.orders, ['Orders', new Interface(Orders__factory.abi)]],
    [deployment.signals, ['Signals', new Interface(Signals__factory.abi)]],
    [deployment.curation, ['Curation', new Interface(Curation__factory.abi)]],
    [token, ['tUSD', new Interface(TestToken__factory.abi)]],
  ])
  let next: number | undefined
  const look = async (): Promise<void> => {
    const latest = await provider.getBlockNumber()
    next ??= latest + 1
    for (; next <= latest; next++) {
      const block = await provider.getBlock(next)
      note(io, `block ${next}  ${formatInstant(block?.timestamp ?? 0)}`)
      for (const log of await provider.getLogs({ fromBlock: next, toBlock: next })) {
        const [name, known] = interfaces.get(log.address) ?? []
        const event = known?.parseLog(log)
        if (event) note(io, `  ${name}.${describe(event)}`)
      }
    }
  }
  // One look after the other; one that fails is made up for by the next.
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      await look().catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  })()
  return {
    [Symbol.asyncDispose]: async () => {
      isOver = true
      await watching
      provider.destroy()
    },
  }
}

function describe({ name, fragment, args }: LogDescription): string {
  const values = fragment.inputs.map((input, index) => `${input.name} ${short(args[index])}`)
  return `${name}(${values.join(', ')})`
}

function short(value: unknown): string {
  const text = String(value)
  return /^0x[0-9a-f]{64}$/i.test(text) ? `${text.slice(0, ID_CHARACTERS)}…` : text
}
