import { z } from 'zod'
import { addressSchema } from './address.js'

/** The contracts of one instance of the protocol, in the order in which they are deployed. */
export const CONTRACT_NAMES = [
  'vault',
  'datatrusts',
  'share',
  'linearCurve',
  'flatCurve',
  'rootCurve',
  'computableCurve',
  'markets',
  'listings',
  'fair',
  'orders',
  'signals',
  'curation',
] as const
/** One of `CONTRACT_NAMES`. */
export type ContractName = (typeof CONTRACT_NAMES)[number]

/** Where one instance of the protocol lives: what `deployments/<chainId>.json` and a profile hold. */
export const deploymentSchema = z
  .object({
    chainId: z.int().min(1),
    /** Nothing of this deployment happened before this block. */
    deployedAtBlock: z.int().min(0),
    vault: addressSchema,
    datatrusts: addressSchema,
    share: addressSchema,
    linearCurve: addressSchema,
    flatCurve: addressSchema,
    rootCurve: addressSchema,
    computableCurve: addressSchema,
    markets: addressSchema,
    listings: addressSchema,
    /** The library that Orders is linked with; nobody calls it directly. */
    fair: addressSchema,
    orders: addressSchema,
    signals: addressSchema,
    curation: addressSchema,
  })
  .readonly()
/** Where one instance of the protocol lives: what `deployments/<chainId>.json` and a profile hold. */
export type Deployment = z.output<typeof deploymentSchema>
