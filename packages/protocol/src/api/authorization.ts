import { z } from 'zod'
import { addressSchema } from '../address.js'
import { bytes32Schema, hexSchema } from '../hex.js'
import { smallUintSchema } from '../numbers.js'

/** What the header `Authorization: Gristmill <base64url of this JSON>` carries; the rest of SignedRequest is the request. */
export const authorizationSchema = z.strictObject({
  account: addressSchema,
  nonce: bytes32Schema,
  expiry: smallUintSchema(40),
  signature: hexSchema,
})
/**
 * What the header `Authorization: Gristmill <base64url of this JSON>` carries; the rest of SignedRequest is the request.
 */
export type Authorization = z.output<typeof authorizationSchema>

/** Scheme of the HTTP header `Authorization` that carries a signed request. */
export const AUTHORIZATION_SCHEME = 'Gristmill'

/** Longest time ahead that a request may claim for itself, seconds. */
export const REQUEST_EXPIRY_SECONDS_MAX = 600
