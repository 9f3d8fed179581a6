import { AbiCoder, keccak256 } from 'ethers'
import { z } from 'zod'
import { bytes32Schema, type Hex } from './hex.js'
import type { OrderId } from './ids.js'
import { uintSchema } from './numbers.js'

/** Most orders of a joint run, that of an algorithm listing included. */
export const JOINT_ORDERS_MAX = 8

/** An order of a joint run before it is placed: its id follows from this and the buyer. */
export const jointOrderSchema = z.strictObject({ listing: bytes32Schema, n: uintSchema(256) })
/** An order of a joint run before it is placed: its id follows from this and the buyer. */
export type JointOrder = z.output<typeof jointOrderSchema>

/** `runId` of a joint run: commits to the whole set of its orders, in whatever order they are named. */
export function runIdOf(orderIds: readonly OrderId[]): Hex {
  const sorted = orderIds.map((orderId) => orderId.toLowerCase()).toSorted()
  return keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32[]'], [sorted])) as Hex
}
