import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Address, Hex } from '@gristmill/protocol'
import { computeAddress, hexlify, id } from 'ethers'
import { ActorsMismatchError } from './errors.js'
import { writeFileDurably } from './write-file-durably.js'

/** Who takes part in a local chain; each has play money and native coin for gas. */
export const ACTOR_NAMES = [
  'deployer',
  'operator',
  'maker',
  'buyer',
  'patron',
  'sponsor',
  'curator',
  'stranger',
] as const

/** What an actor is called by what it does. */
export type ActorName = (typeof ACTOR_NAMES)[number]

/** A funded account of the local chain. */
export interface Actor {
  readonly address: Address
  /** 32 bytes, 0x-hex; worth nothing outside of this chain. */
  readonly privateKey: Hex
}

/** All actors by name. */
export type Actors = Readonly<Record<ActorName, Actor>>

/** New random keys, or always the same ones for the same `seed`. */
export function createActors(seed?: string): Actors {
  return toActors((name) => (seed === undefined ? hexlify(randomBytes(32)) : id(`gristmill localnet ${seed} ${name}`)))
}

/** Reads the keys from `file`; undefined if there is none. */
export async function readActors(file: string): Promise<Actors | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const keys = JSON.parse(text) as Record<string, Partial<Actor>>
    return toActors((name) => keys[name]?.privateKey ?? '')
  } catch (error) {
    throw new ActorsMismatchError(file, error)
  }
}

/** Writes the keys to `file`, readable by its owner only. */
export async function writeActors(file: string, actors: Actors): Promise<void> {
  await writeFileDurably(file, `${JSON.stringify(actors, undefined, 2)}\n`)
}

function toActors(privateKeyOf: (name: ActorName) => string): Actors {
  const entries = ACTOR_NAMES.map((name) => {
    const privateKey = privateKeyOf(name) as Hex
    return [name, { address: computeAddress(privateKey) as Address, privateKey }] as const
  })
  return Object.fromEntries(entries) as Actors
}
