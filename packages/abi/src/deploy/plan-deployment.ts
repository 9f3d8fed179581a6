import { type Address, CONTRACT_NAMES, type ContractName, type Hex } from '@gristmill/protocol'
import { getBytes, type Provider } from 'ethers'
import { runtimeLayouts } from '../generated/runtime-layouts.js'
import { CREATIONS, initCodeOf, predictAddresses } from './creations.js'
import { beginRecord, type DeploymentRecord, requireContinuable } from './deployment-record.js'
import { feesNow, mostOf } from './fees.js'
import { withMargin } from './gas-margin.js'
import { requireOpcodes } from './require-opcodes.js'

/** What `planDeployment` takes. */
export interface PlanDeploymentParams {
  provider: Provider
  deployer: Address
  /** Of a deployment to go on with. */
  record?: DeploymentRecord
}

/** What `deployGristmill` would do now. */
export interface DeploymentPlan {
  readonly chainId: number
  readonly deployer: Address
  /** Of the first contract. */
  readonly firstNonce: number
  readonly steps: readonly {
    readonly contract: ContractName
    readonly address: Address
    readonly isDeployed: boolean
    /** Estimated; 0 if it is deployed. */
    readonly gas: bigint
  }[]
  /** Of all steps. */
  readonly gas: bigint
  /** At the fees of now, the margin of the gas limits included. */
  readonly costWei: bigint
  /** Of the deployer. */
  readonly balanceWei: bigint
}

/** Looks what is on the chain and what the rest would cost; sends nothing. Throws as `deployGristmill` would. */
export async function planDeployment({ provider, deployer, record }: PlanDeploymentParams): Promise<DeploymentPlan> {
  const chainId = Number((await provider.getNetwork()).chainId)
  await requireOpcodes(provider, chainId)
  if (record !== undefined) await requireContinuable(provider, record, { deployer, chainId })
  const { firstNonce } = record ?? (await beginRecord(provider, deployer, chainId))
  const addresses = predictAddresses(deployer, firstNonce)
  const [codes, fees, balanceWei, vaultGas] = await Promise.all([
    Promise.all(CONTRACT_NAMES.map((contract) => provider.getCode(addresses[contract]))),
    feesNow(provider),
    provider.getBalance(deployer),
    provider.estimateGas({ from: deployer, data: initCodeOf('vault', addresses) }),
  ])
  // Most constructors call contracts that are not there yet. On every chain the gas of a creation follows from its size.
  const vaultModel = modelGas('vault', initCodeOf('vault', addresses))
  const steps = CONTRACT_NAMES.map((contract, index) => {
    const isDeployed = codes[index] !== '0x'
    const modelled = (modelGas(contract, initCodeOf(contract, addresses)) * vaultGas) / vaultModel
    return { contract, address: addresses[contract], isDeployed, gas: isDeployed ? 0n : modelled }
  })
  const gas = steps.reduce((sum, step) => sum + step.gas, 0n)
  return { chainId, deployer, firstNonce, steps, gas, costWei: withMargin(gas) * mostOf(fees), balanceWei }
}

/** Gas of a creation on the Ethereum mainnet, its constructor not counted. */
function modelGas(contract: ContractName, initCode: Hex): bigint {
  const bytes = getBytes(initCode)
  const zeros = bytes.reduce((count, byte) => (byte === 0 ? count + 1 : count), 0)
  const { sizeBytes } = runtimeLayouts[CREATIONS[contract].solidityName]!
  const calldata = 4 * zeros + 16 * (bytes.length - zeros)
  return BigInt(53_000 + calldata + 2 * Math.ceil(bytes.length / 32) + 200 * sizeBytes)
}
