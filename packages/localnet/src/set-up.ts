import { deployGristmill, TestToken__factory } from '@gristmill/abi'
import type { Address } from '@gristmill/protocol'
import { Wallet } from 'ethers'
import type { Actors } from './actors.js'
import type { Chain } from './chain.js'
import { ChainProvider } from './chain-provider.js'
import { createRpcHandler } from './rpc-methods.js'

/** Play money of each actor, units of 6 decimals: ten million. */
const MONEY = 10_000_000n * 10n ** 6n

/** Deploys the protocol and play money and gives it to the actors; a set-up that was cut short is made once more. */
export async function setUp(chain: Chain, actors: Actors): Promise<void> {
  const provider = new ChainProvider(createRpcHandler(chain), chain.genesis.chainId)
  try {
    const deployer = new Wallet(actors.deployer.privateKey, provider)
    const deployment = await deployGristmill(deployer)
    const token = await new TestToken__factory(deployer).deploy()
    await token.waitForDeployment()
    for (const { address } of Object.values(actors)) await (await token.mint(address, MONEY)).wait()
    await chain.markReady({ deployment: { ...deployment }, token: (await token.getAddress()) as Address })
  } finally {
    provider.destroy()
  }
}
