import { type Hex, ProtocolError } from '@gristmill/protocol'
import type { AdminParts } from '../admin/admin-task.js'
import { recordAct } from '../audit/acts.js'
import { countOthers, type RewrapProgress, rewrapUploads } from './rewrap-uploads.js'

/** An OpenPGP key of a datatrust, and what it opens. */
export interface KeyState {
  fingerprint: Hex
  /** Assets are sealed for it. */
  isNewest: boolean
  /** The chain names it. */
  isAnnounced: boolean
  /** Stored assets whose key packets are for it. */
  assets: number
}

/** What `keys list` tells. */
export interface KeyList {
  signer: Hex
  keys: KeyState[]
}

/** What a rotation came to. */
export interface Rotation extends KeyList {
  newest: Hex
  /** False if an earlier rotation was taken up. */
  isNew: boolean
  rewrapped: number
}

/**
 * Thrown when a key is to be destroyed that is still needed, or that is not there.
 *
 * @remedy List the keys (`datatrust keys list`), rotate until nothing is under this one any more, then destroy it.
 */
export class KeyInUseError extends ProtocolError {
  readonly code = 'KEY_IN_USE' as const

  constructor(fingerprint: Hex, problem: string) {
    super(`OpenPGP key ${fingerprint} was not destroyed: ${problem}.`, { details: { fingerprint, problem } })
  }
}

/** Every key, the newest last. */
export async function listKeys({ db, secrets, chain, config }: AdminParts): Promise<KeyList> {
  const { keyFingerprint } = await chain.client.datatrusts.get({ datatrust: config.datatrust })
  await secrets.openpgp.refresh()
  const newest = secrets.openpgp.recipient.fingerprint
  const rows = await db
    .selectFrom('uploads')
    .select(['key_fingerprint', ({ fn }) => fn.countAll<number>().as('count')])
    .where('key_packets', 'is not', null)
    .groupBy('key_fingerprint')
    .execute()
  const counts = new Map(rows.map((row) => [row.key_fingerprint, Number(row.count)]))
  const keys = secrets.openpgp.keys.map(({ fingerprint }) => ({
    fingerprint,
    isNewest: fingerprint === newest,
    isAnnounced: fingerprint.toLowerCase() === keyFingerprint.toLowerCase(),
    assets: counts.get(fingerprint) ?? 0,
  }))
  return { signer: secrets.signer.address as Hex, keys }
}

/**
 * Makes a new key and gives it to every stored asset. A rotation that was broken off, or whose key the chain does not name
 * yet, is gone on with instead. Old keys go on opening what they open until they are destroyed.
 */
export async function rotateKeys(
  parts: AdminParts,
  onProgress?: (progress: RewrapProgress) => void,
  signal?: AbortSignal,
): Promise<Rotation> {
  const { db, secrets, log } = parts
  const keyring = secrets.openpgp
  const before = (await listKeys(parts)).keys.at(-1) as KeyState
  const isNew = before.isAnnounced && (await countOthers(db, before.fingerprint)) === 0
  if (isNew) await keyring.next(before.fingerprint)
  const newest = keyring.recipient.fingerprint
  if (isNew) await recordAct(db, { type: 'key-made', subject: newest, details: { before: before.fingerprint } })
  log.info({ newest, isNew }, 'rotation of the OpenPGP key')
  const params = { db, keyring, signal, ...(onProgress === undefined ? {} : { onProgress }) }
  const rewrapped = await rewrapUploads(params)
  await recordAct(db, { type: 'keys-rotated', subject: newest, details: { rewrapped } })
  log.info({ newest, rewrapped }, 'assets rewrapped')
  return { ...(await listKeys(parts)), newest, isNew, rewrapped }
}

/** Destroys a key that opens nothing any more and that the chain does not name. */
export async function destroyKey(parts: AdminParts, fingerprint: Hex): Promise<KeyList> {
  const { keys } = await listKeys(parts)
  const key = keys.find((known) => known.fingerprint === fingerprint)
  if (key === undefined) throw new KeyInUseError(fingerprint, 'there is no such key here, see datatrust keys list')
  if (key.isNewest) throw new KeyInUseError(fingerprint, 'assets are sealed for it; rotate first')
  if (key.isAnnounced) {
    throw new KeyInUseError(fingerprint, 'the chain still names it; announce the new one first, with keys rotate')
  }
  if (key.assets > 0) throw new KeyInUseError(fingerprint, `it opens ${key.assets} assets; run keys rotate to its end`)
  // Rows from before it was written down which key they are for.
  const newest = keys.at(-1) as KeyState
  const sum = keys.reduce((assets, known) => assets + known.assets, 0)
  const others = (await countOthers(parts.db, newest.fingerprint)) - (sum - newest.assets)
  if (others > 0) throw new KeyInUseError(fingerprint, `it may open ${others} assets; run keys rotate to its end`)
  await parts.secrets.openpgp.destroy(fingerprint)
  await recordAct(parts.db, { type: 'key-destroyed', subject: fingerprint })
  parts.log.warn({ fingerprint }, 'OpenPGP key destroyed')
  return listKeys(parts)
}
