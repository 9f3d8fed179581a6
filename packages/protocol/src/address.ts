import { getAddress, isAddress } from 'ethers'
import { z } from 'zod'
import type { Address } from './hex.js'

/** An address in any case; comes out checksummed (EIP-55). A wrong checksum is refused. */
export const addressSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, { error: 'expected an address: 0x and 40 hexadecimal digits', abort: true })
  .refine(isAddress, 'the checksum of the address is wrong (EIP-55)')
  .transform((value) => getAddress(value) as Address)

/** Nobody: what a chain answers where no address was set. */
export const ZERO_ADDRESS: Address = `0x${'0'.repeat(40)}`
