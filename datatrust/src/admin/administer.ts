import { type Hex, type ListingId, type OrderId, type RunOpening, runOpeningSchema } from '@gristmill/protocol'
import { z } from 'zod'
import { Chain } from '../chain/chain.js'
import type { ConfigParams } from '../config/config.js'
import { openBlobs } from '../config/open-blobs.js'
import type { KeyList, Rotation } from '../keys/manage-keys.js'
import { createLogger } from '../logger.js'
import type { Shred } from '../shredding/shred.js'
import { type AdminProgress, type AdminTask, runAdminTask } from './admin-task.js'
import { type Opened, operate } from './operate.js'

const count = z.number().min(0)
const progressSchema = z.object({ progress: z.object({ doneAssets: count, totalAssets: count }) })
const doneSchema = z.looseObject({})

/** What a task may be told beside the configuration with which the datatrust is started. */
export interface AdminOptions {
  /** Called as the task goes on. */
  onProgress?: (progress: AdminProgress) => void
}

/** Lists the OpenPGP keys of a datatrust, and how many assets each opens. */
export async function listDatatrustKeys(params: ConfigParams): Promise<KeyList> {
  return (await administer(params, { task: 'list-keys' })) as KeyList
}

/**
 * Makes a new OpenPGP key and gives every stored asset key packets for it, running or not, without reading the data. Broken
 * off, it goes on at the next call. Announce `newest` on chain afterwards, then call `destroyDatatrustKey` for the old ones.
 */
export async function rotateDatatrustKeys(params: ConfigParams, options?: AdminOptions): Promise<Rotation> {
  return (await administer(params, { task: 'rotate-keys' }, options)) as Rotation
}

/** Destroys an OpenPGP key that opens nothing any more; backups from before its rotation are unreadable from then on. */
export async function destroyDatatrustKey(params: ConfigParams, fingerprint: Hex): Promise<KeyList> {
  return (await administer(params, { task: 'destroy-key', fingerprint })) as KeyList
}

/** Destroys the content of a listing that has ended, once no order could be served any more. */
export async function shredContent(params: ConfigParams, listing: ListingId): Promise<Shred> {
  return (await administer(params, { task: 'shred', listing })) as Shred
}

/**
 * What lets somebody else repeat one run, whose order is done. Whoever has it and the data knows which rows were held back and
 * what noise was added: give it to whom may know that, an arbiter for example.
 */
export async function openDatatrustRun(params: ConfigParams, orderId: OrderId): Promise<RunOpening> {
  return runOpeningSchema.parse(await administer(params, { task: 'open-run', orderId }))
}

function administer(params: ConfigParams, task: AdminTask, { onProgress }: AdminOptions = {}): Promise<object> {
  return operate<z.output<typeof progressSchema>, object>(params, {
    request: { admin: task },
    word: progressSchema,
    done: doneSchema,
    onWord: ({ progress }) => onProgress?.(progress),
    here: (opened) => runHere(opened, task, onProgress),
  })
}

async function runHere(
  { config, secrets, db }: Opened,
  task: AdminTask,
  onProgress: AdminOptions['onProgress'],
): Promise<object> {
  await using stack = new AsyncDisposableStack()
  const chain = stack.adopt(await Chain.connect(config, secrets, () => db), (connected) => connected.close())
  const blobs = stack.use(await openBlobs(config))
  const log = createLogger(config.logLevel)
  // Awaited here: what it works with is closed on return.
  return await runAdminTask({ config, secrets, chain, db, blobs, log }, task, onProgress)
}
