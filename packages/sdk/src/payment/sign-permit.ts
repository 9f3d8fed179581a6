import { type Address, ZERO_ADDRESS } from '@gristmill/protocol'
import { isCallException, isError, Signature, type TypedDataDomain } from 'ethers'
import { chainTime } from '../chain/chain-time.js'
import { onChain } from '../chain/on-chain.js'
import { signTypedData } from '../chain/signing.js'
import { type Connection, requireSigner } from '../connection.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { readToken } from './token.js'

/** How long a permit is good, seconds. */
const PERMIT_SECONDS = 3_600

export interface SignPermitParams {
  token: Address
  spender: Address
  /** Exactly this much, units of the token's decimals. */
  amount: bigint
}

export interface Permit {
  /** Unix seconds. */
  deadline: number
  v: number
  r: string
  s: string
}

/** Signs an EIP-2612 permit of exactly `amount`. */
export async function signPermit(connection: Connection, params: SignPermitParams): Promise<Permit> {
  const { account } = requireSigner(connection)
  const { token, spender, amount } = params
  const nonce = await nonceOf(connection, token, account)
  if (nonce === undefined) {
    throw new InvalidParameterError(
      'payment',
      `the token ${token} has no permit (EIP-2612): pay by allowance or from the Vault.`,
      { token },
    )
  }
  const [domain, now] = await Promise.all([permitDomain(connection, token), chainTime(connection)])
  const deadline = now + PERMIT_SECONDS
  const types = {
    Permit: [
      { name: 'owner', type: 'address' },
      { name: 'spender', type: 'address' },
      { name: 'value', type: 'uint256' },
      { name: 'nonce', type: 'uint256' },
      { name: 'deadline', type: 'uint256' },
    ],
  }
  const value = { owner: account, spender, value: amount, nonce, deadline }
  const signature = Signature.from(await signTypedData(connection, { domain, types, value }))
  return { deadline, v: signature.v, r: signature.r, s: signature.s }
}

/** True if the token takes EIP-2612 permits. */
export async function hasPermit(connection: Connection, token: Address): Promise<boolean> {
  return (await nonceOf(connection, token, ZERO_ADDRESS)) !== undefined
}

/** Of the next permit; undefined if the token takes none. */
function nonceOf({ provider }: Connection, token: Address, account: Address): Promise<bigint | undefined> {
  return optional(() => readToken<bigint>(provider, token, 'nonces', account))
}

/** As the token says by EIP-5267; otherwise its name, and version 1 unless it names another. */
async function permitDomain({ provider, chainId }: Connection, token: Address): Promise<TypedDataDomain> {
  const told = await optional(() => readToken<{ name: string; version: string }>(provider, token, 'eip712Domain'))
  if (told !== undefined) return { name: told.name, version: told.version, chainId, verifyingContract: token }
  const [name, version] = await Promise.all([
    onChain(() => readToken<string>(provider, token, 'name')),
    optional(() => readToken<string>(provider, token, 'version')),
  ])
  return { name, version: version ?? '1', chainId, verifyingContract: token }
}

/** Undefined if the token does not have the method. */
async function optional<T>(read: () => Promise<T>): Promise<T | undefined> {
  return onChain(async () => {
    try {
      return await read()
    } catch (error) {
      if (isCallException(error) || isError(error, 'BAD_DATA')) return undefined
      throw error
    }
  })
}
