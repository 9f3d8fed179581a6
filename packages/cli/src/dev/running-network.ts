import { toTypedError } from '@gristmill/sdk'
import { nodeJsonRpcProvider } from '@gristmill/sdk/node'
import type { Command } from 'commander'
import type { JsonRpcProvider } from 'ethers'
import type { Io } from '../io.js'
import { type LoadedProfile, loadProfile } from '../profile.js'
import { NotDevNetworkError } from './dev-errors.js'

/** A local network that runs, by its profile. */
export interface RunningNetwork extends Disposable {
  loaded: LoadedProfile
  provider: JsonRpcProvider
}

/** Connects to the network of the profile; throws if what answers is no local one. */
export async function connectNetwork(io: Io, command: Command): Promise<RunningNetwork> {
  const loaded = await loadProfile(io, command)
  const { rpcUrl } = loaded.profile
  const provider = nodeJsonRpcProvider(rpcUrl)
  try {
    // Where nobody answers this fails; `send` would try again without end.
    await provider.getNetwork()
    await provider.send('gristmill_describe', [])
  } catch (error) {
    provider.destroy()
    const typed = toTypedError(error)
    // A node that answers, and does not know the method, is another chain's.
    throw 'code' in typed && typed.code === 'CHAIN_UNREACHABLE' ? typed : new NotDevNetworkError(rpcUrl, error)
  }
  return { loaded, provider, [Symbol.dispose]: () => provider.destroy() }
}
