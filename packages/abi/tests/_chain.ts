import { BrowserProvider, type Eip1193Provider, HDNodeWallet } from 'ethers'
import { createHardhatRuntimeEnvironment } from 'hardhat/hre'

const FUNDED = 'test test test test test test test test test test test junk'

/** A chain of its own, in this process, and the key of an account that has money on it. */
export async function openChain(): Promise<{ provider: BrowserProvider; key: string }> {
  const hre = await createHardhatRuntimeEnvironment({})
  const { provider } = await hre.network.create()
  return {
    // Without a cache: on this chain seven blocks pass before ethers would ask for a nonce again.
    provider: new BrowserProvider(provider as Eip1193Provider, undefined, { cacheTimeout: -1 }),
    key: HDNodeWallet.fromPhrase(FUNDED).privateKey,
  }
}
