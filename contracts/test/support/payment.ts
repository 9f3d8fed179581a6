import { ethers, type Signer } from './chain.ts'
import type { Contract } from './contract.ts'
import { NEVER } from './defaults.ts'

/** Mirrors `Payment` of src/types/Payment.sol. */
export interface Payment {
  source: bigint
  permitDeadline: bigint
  v: bigint
  r: string
  s: string
}

const NO_PERMIT = { permitDeadline: 0n, v: 0n, r: ethers.ZeroHash, s: ethers.ZeroHash }

/** From the payer's Vault balance. */
export const FROM_VAULT: Payment = { source: 0n, ...NO_PERMIT }

/** From the payer's wallet, by an allowance that stands. */
export const FROM_WALLET: Payment = { source: 1n, ...NO_PERMIT }

/** From the payer's wallet, by an EIP-2612 permit of exactly `amount` for `spender`. */
export async function permitPayment(token: Contract, owner: Signer, spender: string, amount: bigint): Promise<Payment> {
  const { v, r, s } = await signPermit(token, owner, spender, amount)
  return { source: 1n, permitDeadline: NEVER, v, r, s }
}

/** What `owner` calls depositWithPermit with. */
export async function permitDeposit(token: Contract, owner: Signer, vault: Contract, amount: bigint) {
  const { v, r, s } = await signPermit(token, owner, await vault.getAddress(), amount)
  return [await token.getAddress(), amount, NEVER, v, r, s] as const
}

/** Signs an EIP-2612 permit that is good until NEVER. */
export async function signPermit(token: Contract, owner: Signer, spender: string, value: bigint) {
  const { chainId } = await ethers.provider.getNetwork()
  const [name, verifyingContract] = [await token.name(), await token.getAddress()]
  const fields = ['owner:address', 'spender:address', 'value:uint256', 'nonce:uint256', 'deadline:uint256']
  const types = {
    Permit: fields.map((field) => {
      const [fieldName = '', type = ''] = field.split(':')
      return { name: fieldName, type }
    }),
  }
  const message = { owner: owner.address, spender, value, nonce: await token.nonces(owner.address), deadline: NEVER }
  const signature = await owner.signTypedData({ name, version: '1', chainId, verifyingContract }, types, message)
  const { v, r, s } = ethers.Signature.from(signature)
  return { v: BigInt(v), r, s }
}
