import { bytes32Schema } from '@gristmill/protocol'
import { z } from 'zod'
import type { Context } from '../context.js'
import { destroyKey, listKeys, rotateKeys } from '../keys/manage-keys.js'
import { openRun } from '../orders/open-run.js'
import { shredListing } from '../shredding/shred.js'

/** What an operator's task works with: of the datatrust that serves, or opened for it. */
export type AdminParts = Pick<Context, 'config' | 'secrets' | 'db' | 'blobs' | 'chain' | 'log'> & {
  /** Reads the chain to its end; absent where nothing follows it. */
  sync?: () => Promise<void>
}

/** What an operator may ask of a datatrust beside serving. */
export const adminTaskSchema = z.discriminatedUnion('task', [
  z.strictObject({ task: z.literal('list-keys') }),
  z.strictObject({ task: z.literal('rotate-keys') }),
  z.strictObject({ task: z.literal('destroy-key'), fingerprint: bytes32Schema }),
  z.strictObject({ task: z.literal('shred'), listing: bytes32Schema }),
  z.strictObject({ task: z.literal('open-run'), orderId: bytes32Schema }),
])
export type AdminTask = z.output<typeof adminTaskSchema>

/** How far a task is. */
export interface AdminProgress {
  doneAssets: number
  totalAssets: number
}

export function runAdminTask(
  parts: AdminParts,
  task: AdminTask,
  onProgress?: (progress: AdminProgress) => void,
  signal?: AbortSignal,
): Promise<object> {
  switch (task.task) {
    case 'list-keys':
      return listKeys(parts)
    case 'rotate-keys':
      return rotateKeys(parts, onProgress, signal)
    case 'destroy-key':
      return destroyKey(parts, task.fingerprint)
    case 'shred':
      return shredListing(parts, task.listing, 'operator')
    case 'open-run':
      return openRun(parts, task.orderId)
  }
}
