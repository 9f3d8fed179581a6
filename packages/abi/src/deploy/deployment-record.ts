import { type Address, addressSchema, bytes32Schema, CONTRACT_NAMES, type Hex, uintSchema } from '@gristmill/protocol'
import { id, type Provider } from 'ethers'
import { z } from 'zod'
import { CREATIONS } from './creations.js'
import { DeploymentRecordError } from './deployment-errors.js'

const feesSchema = z.union([
  z.object({ gasPrice: uintSchema(256) }),
  z.object({ maxFeePerGas: uintSchema(256), maxPriorityFeePerGas: uintSchema(256) }),
])
/** Of one transaction, wei per gas; the first is for chains without EIP-1559. */
export type Fees = z.output<typeof feesSchema>

const transactionSchema = z.object({
  fees: feesSchema,
  /** Absent until it is known: the transaction may have been sent or not. */
  hash: bytes32Schema.optional(),
})

/**
 * How far a deployment is. Written before and after each transaction, it is enough to go on after a crash. `toWire` of
 * `@gristmill/protocol` makes JSON of it.
 */
export const deploymentRecordSchema = z.object({
  version: z.literal(1),
  chainId: z.int().min(1),
  deployer: addressSchema,
  /** Of the first contract; all addresses follow from it. */
  firstNonce: z.int().min(0),
  /** Number of the last block before anything was sent. */
  startedAtBlock: z.int().min(0),
  /** Over the creation code of all contracts: another version cannot go on. */
  codeHash: bytes32Schema,
  /** The last one sent for each contract. */
  transactions: z.partialRecord(z.enum(CONTRACT_NAMES), transactionSchema),
})
/**
 * How far a deployment is. Written before and after each transaction, it is enough to go on after a crash. `toWire` of
 * `@gristmill/protocol` makes JSON of it.
 */
export type DeploymentRecord = z.output<typeof deploymentRecordSchema>

export function codeHash(): Hex {
  // As text: where the address of a library belongs, code that is not linked yet is no hex.
  return id(CONTRACT_NAMES.map((contract) => CREATIONS[contract].bytecode).join('')) as Hex
}

/** A record of a deployment that begins now. */
export async function beginRecord(provider: Provider, deployer: Address, chainId: number): Promise<DeploymentRecord> {
  const [firstNonce, startedAtBlock] = await Promise.all([
    provider.getTransactionCount(deployer, 'pending'),
    provider.getBlockNumber(),
  ])
  return { version: 1, chainId, deployer, firstNonce, startedAtBlock, codeHash: codeHash(), transactions: {} }
}

/** Throws unless `record` can be continued by this account, on this chain, with this version. */
export async function requireContinuable(
  provider: Provider,
  record: DeploymentRecord,
  { deployer, chainId }: { deployer: Address; chainId: number },
): Promise<void> {
  const refuse = (problem: string, expected: unknown, actual: unknown): never => {
    throw new DeploymentRecordError(problem, { expected, actual })
  }
  if (record.chainId !== chainId) refuse(`is of chain ${record.chainId}, not ${chainId}`, record.chainId, chainId)
  if (record.deployer !== deployer) refuse(`is of account ${record.deployer}`, record.deployer, deployer)
  if (record.codeHash !== codeHash()) refuse('is of another version of the contracts', record.codeHash, codeHash())
  const nonce = await provider.getTransactionCount(deployer, 'pending')
  if (nonce < record.firstNonce) {
    refuse(
      `begins at nonce ${record.firstNonce}, but the account is at ${nonce} on this chain: it was reset, or is another one`,
      record.firstNonce,
      nonce,
    )
  }
}
