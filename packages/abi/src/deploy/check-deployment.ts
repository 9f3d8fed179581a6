import { CONTRACT_NAMES, type Deployment } from '@gristmill/protocol'
import type { Provider } from 'ethers'
import { DeploymentMismatchError } from './deployment-errors.js'
import { runtimeFault } from './runtime-code.js'

/** Throws unless all contracts of `deployment` are on the chain, with this version's code, and know each other. */
export async function checkDeployment(provider: Provider, deployment: Deployment): Promise<void> {
  const codes = await Promise.all(CONTRACT_NAMES.map((contract) => provider.getCode(deployment[contract])))
  for (const [index, contract] of CONTRACT_NAMES.entries()) {
    const code = codes[index]!
    const fault = code === '0x' ? 'does not exist' : runtimeFault(contract, code, deployment)
    if (fault !== undefined) throw new DeploymentMismatchError(contract, deployment[contract], fault)
  }
}
