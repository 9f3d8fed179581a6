import { createHash, randomBytes } from 'node:crypto'
import { AUTHORIZATION_SCHEME, type Hex, requestTypedData, type SignedRequest, ZERO_BYTES32 } from '@gristmill/protocol'
import type { Wallet } from 'ethers'
import type { Place } from './place.ts'

const SECONDS = 250

/** The header of one request, signed ahead so that only the datatrust is measured. */
export async function authorize(
  { localnet, datatrust }: Place,
  wallet: Wallet,
  method: SignedRequest['method'],
  resource: string,
  body?: string,
): Promise<string> {
  const nonce: Hex = `0x${randomBytes(32).toString('hex')}`
  const expiry = Math.floor(Date.now() / 1000) + SECONDS
  const bodyHash: Hex = body === undefined ? ZERO_BYTES32 : `0x${createHash('sha256').update(body).digest('hex')}`
  const account = wallet.address as Hex
  const { domain, types, value } = requestTypedData(
    { chainId: BigInt(localnet.chainId), verifyingContract: localnet.deployment.orders },
    { account, datatrust, method, resource, bodyHash, nonce, expiry },
  )
  const signature = await wallet.signTypedData(domain, types, value)
  return `${AUTHORIZATION_SCHEME} ${Buffer.from(JSON.stringify({ account, nonce, expiry, signature })).toString('base64url')}`
}
