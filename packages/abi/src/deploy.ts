import { type Address, ProtocolError } from '@gristmill/protocol'
import { type BaseContract, getCreateAddress, isError, type Signer, type TransactionReceipt } from 'ethers'
import { Datatrusts__factory } from './generated/factories/Datatrusts__factory.js'
import { LinearCurve__factory } from './generated/factories/LinearCurve__factory.js'
import { Listings__factory } from './generated/factories/Listings__factory.js'
import { Markets__factory } from './generated/factories/Markets__factory.js'
import { Orders__factory } from './generated/factories/Orders__factory.js'
import { Share__factory } from './generated/factories/Share__factory.js'
import { Vault__factory } from './generated/factories/Vault__factory.js'

/** In the order of deployment: contracts know each other by addresses that follow from the deployer's nonces. */
const CONTRACTS = ['vault', 'datatrusts', 'share', 'linearCurve', 'markets', 'listings', 'orders'] as const

/** One of the contracts of a deployment. */
export type ContractName = (typeof CONTRACTS)[number]

/** Where one instance of the protocol lives; plain JSON. */
export interface Deployment extends Readonly<Record<ContractName, Address>> {
  readonly chainId: number
  /** Block of the first contract: nothing of this deployment happened before. */
  readonly deployedAtBlock: number
}

export interface DeployOptions {
  /** Called after each contract is in a block. */
  onDeployed?: (contract: ContractName, address: Address) => void
}

/** The deployer's account sent something else meanwhile, so the contracts would not find each other. */
export class DeploymentNonceError extends ProtocolError {
  readonly code = 'DEPLOYMENT_NONCE' as const
  override readonly retryable = true

  constructor(contract: ContractName, deployer: string, nonce: number, cause?: unknown) {
    super(
      `account ${deployer} used nonce ${nonce}, meant for the contract ${contract}, for another transaction; ` +
        'deploy again from an account that sends nothing else meanwhile',
      { details: { contract, deployer, nonce }, cause },
    )
  }
}

/** Deploys the seven contracts in seven transactions; the last one checks that all know each other. */
export async function deployGristmill(signer: Signer, options: DeployOptions = {}): Promise<Deployment> {
  const deployer = await signer.getAddress()
  // Fails, as ethers says, if the signer is not connected to a provider.
  const firstNonce = await signer.getNonce('pending')
  const { chainId } = await signer.provider!.getNetwork()
  const nonceOf = (contract: ContractName): number => firstNonce + CONTRACTS.indexOf(contract)
  const predict = (contract: ContractName): Address =>
    getCreateAddress({ from: deployer, nonce: nonceOf(contract) }) as Address
  const addresses = Object.fromEntries(CONTRACTS.map((contract) => [contract, predict(contract)])) as Record<
    ContractName,
    Address
  >
  const { vault, datatrusts, share, markets, listings, orders } = addresses

  const deploy: Record<ContractName, (nonce: number) => Promise<BaseContract>> = {
    vault: (nonce) => new Vault__factory(signer).deploy({ nonce }),
    datatrusts: (nonce) => new Datatrusts__factory(signer).deploy(vault, { nonce }),
    share: (nonce) => new Share__factory(signer).deploy(markets, { nonce }),
    linearCurve: (nonce) => new LinearCurve__factory(signer).deploy({ nonce }),
    markets: (nonce) => new Markets__factory(signer).deploy(vault, share, orders, { nonce }),
    listings: (nonce) => new Listings__factory(signer).deploy(vault, datatrusts, markets, { nonce }),
    orders: (nonce) => new Orders__factory(signer).deploy(vault, datatrusts, markets, listings, { nonce }),
  }

  let deployedAtBlock = 0
  for (const contract of CONTRACTS) {
    const nonce = nonceOf(contract)
    const receipt = await receiptOf(deploy[contract](nonce)).catch(async (cause: unknown) => {
      const isOvertaken = !isError(cause, 'CALL_EXCEPTION') && (await signer.getNonce('latest')) > nonce
      throw isOvertaken ? new DeploymentNonceError(contract, deployer, nonce, cause) : cause
    })
    // A signer that picks its own nonces may have ignored ours.
    if (receipt.contractAddress !== addresses[contract]) throw new DeploymentNonceError(contract, deployer, nonce)
    if (contract === CONTRACTS[0]) deployedAtBlock = receipt.blockNumber
    options.onDeployed?.(contract, addresses[contract])
  }
  return { chainId: Number(chainId), deployedAtBlock, ...addresses }
}

async function receiptOf(deploying: Promise<BaseContract>): Promise<TransactionReceipt> {
  const transaction = (await deploying).deploymentTransaction()!
  // Only a wait for zero confirmations can end without a receipt.
  return (await transaction.wait())!
}
