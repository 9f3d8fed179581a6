import { z } from 'zod'

/** GET /v1/health/live: the process answers. */
export const liveSchema = z.strictObject({ status: z.literal('live') })
/** GET /v1/health/live: the process answers. */
export type Live = z.output<typeof liveSchema>

/** What a datatrust depends on, and `closing`: it is about to end. */
export const HEALTH_PARTS = [
  'closing',
  'database',
  'storage',
  'chain',
  'chain-endpoints',
  'keys',
  'engine',
  'gas',
  'transactions',
] as const

/** How one part is; `warn` is for the operator, `fail` makes the datatrust not ready. */
export const partHealthSchema = z.strictObject({
  part: z.enum(HEALTH_PARTS),
  status: z.enum(['ok', 'warn', 'fail']),
  /** Why it is not `ok`: for people, without secrets. */
  reason: z.string().max(200).optional(),
})
/** How one part of a datatrust is. */
export type PartHealth = z.output<typeof partHealthSchema>

/** GET /v1/health/ready, when the datatrust takes requests; when it does not, a problem `NOT_READY` with the same `details.parts`. */
export const readySchema = z.strictObject({
  status: z.literal('ready'),
  /** What an operator should look after; `engine`: runs wait, `gas`: the signer runs out of gas money, `transactions`: no block takes what it sent. */
  warnings: z.array(z.enum(HEALTH_PARTS)).max(HEALTH_PARTS.length),
  parts: z.array(partHealthSchema).max(HEALTH_PARTS.length),
})
/** GET /v1/health/ready, when the datatrust takes requests; when it does not, a problem `NOT_READY`. */
export type Ready = z.output<typeof readySchema>
