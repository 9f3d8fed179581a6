import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytes32Schema, canonicalJson, type Hex } from '@gristmill/protocol'
import { z } from 'zod'
import { FileError } from '../argument-errors.js'
import { createSecret, replaceSecret } from '../keys/secret-file.js'

/**
 * What a publication needs to be the same one when the command is given again: the upload is continued, and the listing
 * has the same id, for which the chain takes one bond only.
 */
export interface Draft {
  uploadId: Hex
  salt: Hex
}

const draftSchema = z.object({ version: z.literal(1), uploadId: bytes32Schema, salt: bytes32Schema })

export interface DraftFile {
  file: string
  draft: Draft
  /** Written by an earlier run. */
  isOld: boolean
}

/** The draft of exactly this publication; a new one is not written yet. */
export async function findDraft(profileDirectory: string, publication: unknown): Promise<DraftFile> {
  // Everything that makes it this publication decides the name: who gives the same command again finds the same draft.
  const name = createHash('sha256').update(canonicalJson(publication)).digest('hex').slice(0, 32)
  const file = join(profileDirectory, 'drafts', `${name}.json`)
  const draft = await readDraft(file)
  return { file, draft: draft ?? newDraft(), isOld: draft !== undefined }
}

/** Keeps a draft, before anything is sent. If another run of the same command was faster, its draft is the one. */
export async function keepDraft({ file, draft, isOld }: DraftFile): Promise<Draft> {
  if (isOld) return draft
  const kept = await createSecret(file, textOf(draft))
  return kept === 'created' ? draft : ((await readDraft(file)) ?? draft)
}

/** Puts a new draft in the place of one that is published. */
export async function renewDraft(old: DraftFile): Promise<DraftFile> {
  const draft = newDraft()
  await replaceSecret(old.file, textOf(draft))
  return { ...old, draft }
}

function newDraft(): Draft {
  return { uploadId: random32(), salt: random32() }
}

async function readDraft(file: string): Promise<Draft | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new FileError(file, 'cannot be read: check its permissions.', error)
  }
  const parsed = draftSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new FileError(file, 'is no draft of a publication: remove it if you did not start to publish these files.')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function textOf(draft: Draft): string {
  return `${JSON.stringify({ version: 1, ...draft }, undefined, 2)}\n`
}

function random32(): Hex {
  return `0x${randomBytes(32).toString('hex')}`
}
