import type { ChaCha20, Sha256 } from '@gristmill/envelope'
import type { Address, Deployment } from '@gristmill/protocol'
import type { Provider, Signer } from 'ethers'
import type { SigningHooks } from './chain/signing.js'
import type { Contracts } from './contracts.js'
import { NoDatatrustError, NoSignerError } from './errors/connection-errors.js'
import type { DatatrustEndpoint } from './http/datatrust-endpoint.js'

/** What every verb needs; bound once by `Client.connect`. */
export interface Connection {
  readonly provider: Provider
  /** Absent on a client that only reads. */
  readonly signer?: Signer
  /** Address of `signer`. */
  readonly account?: Address
  readonly chainId: bigint
  readonly deployment: Deployment
  readonly contracts: Contracts
  /** Absent unless a URL was given. */
  readonly datatrust?: DatatrustEndpoint
  readonly sha256: Sha256
  readonly chacha20: ChaCha20
  /** Absent unless the application asked to be told. */
  readonly hooks?: SigningHooks
  /** Runs one sending at a time, so that transactions of one account get consecutive nonces. */
  readonly sending: <T>(send: () => Promise<T>) => Promise<T>
}

/** Signer and its address, or NoSignerError. */
export function requireSigner(connection: Connection): { signer: Signer; account: Address } {
  const { signer, account } = connection
  if (signer === undefined || account === undefined) throw new NoSignerError()
  return { signer, account }
}

/** The datatrust's endpoint, or NoDatatrustError. */
export function requireDatatrust(connection: Connection): DatatrustEndpoint {
  if (connection.datatrust === undefined) throw new NoDatatrustError()
  return connection.datatrust
}
