import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeSha256 } from '@gristmill/envelope/node'
import type { Localnet } from '@gristmill/localnet'
import { Client, jsonRpcProvider } from '@gristmill/sdk'
import { Wallet } from 'ethers'
import type { Directory } from './directory.js'

/** Who plays in the demo. */
export const CAST = ['operator', 'maker', 'patron', 'buyer', 'sponsor'] as const
export type Actor = (typeof CAST)[number]
export type Clients = Readonly<Record<Actor, Client>>

/** One client per actor; all of them talk to the datatrust if there is one. */
export async function connectActors(
  localnet: Localnet,
  stack: AsyncDisposableStack,
  datatrust?: string,
): Promise<Clients> {
  const entries = CAST.map(async (actor) => {
    const provider = jsonRpcProvider(localnet.url)
    stack.defer(() => provider.destroy())
    const runner = new Wallet(localnet.actors[actor].privateKey, provider)
    const client = await Client.connect({
      runner,
      deployment: localnet.deployment,
      sha256: nodeSha256,
      ...(datatrust === undefined ? {} : { datatrust }),
    })
    return [actor, client] as const
  })
  return Object.fromEntries(await Promise.all(entries)) as unknown as Clients
}

/** Writes what the command line needs to go on after the demo: where everything is, and each actor's key file. */
export async function writeProfile(directory: Directory, localnet: Localnet, datatrustUrl: string): Promise<void> {
  await mkdir(directory.keys, { recursive: true, mode: 0o700 })
  for (const actor of CAST) {
    const keyFile = join(directory.keys, `${actor}.key`)
    await writeFile(keyFile, `${localnet.actors[actor].privateKey}\n`, { mode: 0o600 })
  }
  const { url: rpcUrl, deployment, token } = localnet
  const profile = { rpcUrl, datatrustUrl, deployment, token, defaultKey: 'buyer' }
  await writeFile(directory.profile, `${JSON.stringify(profile, undefined, 2)}\n`)
}
