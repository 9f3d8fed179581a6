import type { Address, Hex } from '@gristmill/protocol'
import { AbiCoder, type Provider, recoverAddress } from 'ethers'
import { toTypedError } from './errors/to-typed-error.js'

/** `isValidSignature(bytes32,bytes)`: selector and the answer that means yes (ERC-1271). */
const MAGIC = '0x1626ba7e'
const GAS_CAP = 1_000_000n
const TIMEOUT_MS = 10_000

/** What `verifySignature` takes. */
export interface VerifySignatureParams {
  account: Address
  /** EIP-712 digest, see `typedDataDigest`. */
  digest: Hex
  signature: Hex
}

/** True if `account` signed: by its key, or by its own word if it is a contract (ERC-1271, with capped gas and time). */
export async function verifySignature(provider: Provider, params: VerifySignatureParams): Promise<boolean> {
  if (isSignedByKey(params)) return true
  const { account, digest, signature } = params
  const data = MAGIC + AbiCoder.defaultAbiCoder().encode(['bytes32', 'bytes'], [digest, signature]).slice(2)
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, TIMEOUT_MS, null)
  })
  try {
    const answer = await Promise.race([callContract(provider, account, data), timeout])
    return answer !== null && answer.length === 66 && answer.startsWith(MAGIC) && /^0*$/.test(answer.slice(10))
  } finally {
    clearTimeout(timer)
  }
}

function isSignedByKey({ account, digest, signature }: VerifySignatureParams): boolean {
  try {
    return recoverAddress(digest, signature).toLowerCase() === account.toLowerCase()
  } catch {
    // Not an ECDSA signature at all: a contract may still know what it means.
    return false
  }
}

/** Null where there is no contract or it refuses. */
async function callContract(provider: Provider, account: Address, data: string): Promise<string | null> {
  try {
    if ((await provider.getCode(account)) === '0x') return null
    return await provider.call({ to: account, data, gasLimit: GAS_CAP })
  } catch (error) {
    const failure = toTypedError(error)
    if ('errorName' in failure) return null
    throw failure
  }
}
