import type { Operation } from './operation.js'
import { datatrustOperations } from './operations/datatrust.js'
import { listingOperations } from './operations/listings.js'
import { orderOperations } from './operations/orders.js'
import { uploadOperations } from './operations/uploads.js'

/** Every route there is; a test compares them with the routes of the server. */
export const OPERATIONS: readonly Operation[] = [
  ...datatrustOperations,
  ...listingOperations,
  ...uploadOperations,
  ...orderOperations,
]
