import { getAddress, isAddress } from 'ethers'
import { z } from 'zod'
import type { Address } from './hex.js'

/** An address in any case; comes out checksummed (EIP-55). A wrong checksum is refused. */
export const addressSchema = z
  .string()
  .refine(
    (value) => /^0x[0-9a-fA-F]{40}$/.test(value) && isAddress(value),
    'expected an address: 0x and 40 hexadecimal digits',
  )
  .transform((value) => getAddress(value) as Address)

/** Nobody: what a chain answers where no address was set. */
export const ZERO_ADDRESS: Address = `0x${'0'.repeat(40)}`
