import type { Hex, TypedData } from '@gristmill/protocol'
import type { Signer } from './keys/signer.js'

/** EIP-712 signature of the datatrust. */
export async function signTypedData(signer: Signer, { domain, types, value }: TypedData): Promise<Hex> {
  return (await signer.signTypedData(domain, types, value)) as Hex
}
