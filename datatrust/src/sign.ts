import type { Hex, TypedData } from '@gristmill/protocol'
import type { Wallet } from 'ethers'

/** EIP-712 signature of the datatrust. */
export async function signTypedData(signer: Wallet, { domain, types, value }: TypedData): Promise<Hex> {
  return (await signer.signTypedData(domain, types, value)) as Hex
}
