import { join } from 'node:path'
import { TestToken__factory } from '@gristmill/abi'
import { type Address, addressSchema, type Deployment, deploymentSchema } from '@gristmill/protocol'
import { JsonRpcProvider, type TransactionResponse, Wallet } from 'ethers'
import { type Actors, readActors } from './actors.js'
import { ActorsMismatchError, NotLocalnetError } from './errors.js'
import { ACTORS_FILE } from './files.js'
import type { Localnet } from './localnet.js'
import { Mutex } from './mutex.js'

/** What `connectLocalnet` takes. */
export interface ConnectLocalnetParams {
  /** As printed by the process that runs the chain. */
  url: string
  /** Where that process keeps its state: the actors' keys are read from it. */
  directory: string
}

/** A handle on a local chain that runs in another process. */
export async function connectLocalnet({ url, directory }: ConnectLocalnetParams): Promise<Localnet> {
  const file = join(directory, ACTORS_FILE)
  const actors = await readActors(file)
  if (actors === undefined) throw new ActorsMismatchError(file)
  return await attachLocalnet({ url, actors })
}

/** A handle on the local chain at `url`, for one who has the actors' keys. */
export async function attachLocalnet({ url, actors }: { url: string; actors: Actors }): Promise<Localnet> {
  const { deployment, token } = await describe(url)
  const { chainId } = deployment
  const provider = new JsonRpcProvider(url, chainId, { staticNetwork: true, batchMaxCount: 1, cacheTimeout: -1 })
  const deployer = new Wallet(actors.deployer.privateKey, provider)
  const money = TestToken__factory.connect(token, deployer)
  const mutex = new Mutex()

  // One after the other: they share a nonce.
  const send = (transaction: () => Promise<TransactionResponse>): Promise<void> =>
    mutex.run(async () => {
      await (await transaction()).wait()
    })
  const close = async (): Promise<void> => provider.destroy()
  return {
    url,
    chainId,
    deployment,
    token,
    actors,
    advance: async (seconds) => Number(await provider.send('gristmill_advance', [seconds])),
    mint: (to, amount) => send(() => money.mint(to, amount)),
    giveGas: (to, amountWei) => send(() => deployer.sendTransaction({ to, value: amountWei })),
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function describe(url: string): Promise<{ deployment: Deployment; token: Address }> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'gristmill_describe', params: [] })
  try {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const { result } = (await response.json()) as { result?: { deployment?: unknown; token?: unknown } }
    return { deployment: deploymentSchema.parse(result?.deployment), token: addressSchema.parse(result?.token) }
  } catch (error) {
    throw new NotLocalnetError(url, error)
  }
}
