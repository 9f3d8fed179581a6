import type { Address, Hex } from '@gristmill/protocol'
import { type TypedDataDomain, TypedDataEncoder, type TypedDataField } from 'ethers'
import { type Connection, requireSigner } from '../connection.js'
import { onChain } from './on-chain.js'

/** A transaction that is about to be signed and sent. */
export interface TransactionRequest {
  kind: 'transaction'
  /** Name in the deployment, or `token`. */
  contract: string
  address: Address
  function: string
  /** By parameter name, as the contract's interface names them. */
  args: Readonly<Record<string, unknown>>
  gasEstimate: bigint
  /** Most gas that the transaction may use. */
  gasLimit: bigint
}

/** An EIP-712 message that is about to be signed. `Request` logs in to a datatrust; everything else binds the account. */
export interface TypedDataRequest {
  kind: 'typedData'
  primaryType: string
  domain: TypedDataDomain
  message: Readonly<Record<string, unknown>>
}

/** Something that is about to be signed. */
export type SigningRequest = TransactionRequest | TypedDataRequest

/** What became of a transaction: `sent` to the node, then `confirmed` in a block. */
export interface TransactionProgress {
  state: 'sent' | 'confirmed'
  contract: string
  function: string
  transactionHash: Hex
}

/** What an application wants to know of signatures. */
export interface SigningHooks {
  /** Called once before each signature; what it throws keeps the signature from being made and reaches the caller. */
  beforeSign?: (request: SigningRequest) => void | Promise<void>
  /** Called when a transaction was sent, and again when it is in a block. */
  onTransaction?: (progress: TransactionProgress) => void
}

export interface TypedData {
  domain: TypedDataDomain
  types: Record<string, TypedDataField[]>
  value: Record<string, unknown>
}

/** Signs an EIP-712 message with the client's account, once the application agrees. */
export async function signTypedData(connection: Connection, typedData: TypedData): Promise<Hex> {
  const { signer } = requireSigner(connection)
  const { domain, types, value } = typedData
  await connection.hooks?.beforeSign?.({
    kind: 'typedData',
    primaryType: TypedDataEncoder.getPrimaryType(types),
    domain,
    message: value,
  })
  return (await onChain(() => signer.signTypedData(domain, types, value))) as Hex
}
