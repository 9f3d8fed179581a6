import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ConfigParams } from '@gristmill/datatrust'
import { HOUR } from '@gristmill/protocol'
import type { Client } from '@gristmill/sdk'
import { DiskBlobStore } from '@gristmill/storage'
import { verifyLedger } from '../src/ledger/ledger.js'
import { clientOf, openDatabaseOf, PATIENCE_MS, type Stage, until } from './_util.js'
import type { KillPoint, Lie, Life } from './children/mortal.js'

const CHILD = fileURLToPath(new URL('children/mortal.ts', import.meta.url))
const POLL_MS = 50
/** Longest that a death takes to be seen. */
const DEATH_MS = 3_000

/** A kill point with the name under which people know it. */
export interface NamedPoint extends KillPoint {
  name: string
}

/** The point before, during or after the `nth` call of a kind, from 1. */
export const point = (name: string, moment: KillPoint['moment'], call: string, nth = 1): NamedPoint => ({
  name,
  moment,
  call,
  nth,
})

/** One where nothing has been done yet, or the same as at another point: in the longer runs only, for every life costs seconds. */
export const inDepth = (...args: Parameters<typeof point>): NamedPoint[] =>
  process.env.GRISTMILL_DEEP ? [point(...args)] : []

/** Somebody was told something that does not hold any more. */
export class LostError extends Error {
  constructor(fact: string, cause: unknown) {
    super(`lost: ${fact}`, { cause })
  }
}

export interface Parties {
  maker: Client
  buyer: Client
  url: string
}

/** One death of the datatrust. */
export interface Death {
  point: string
  /** What was being asked of it. */
  during: string
  /** What it had acknowledged. */
  acknowledged: string[]
  /** From the new process to ready, ms; of the life that followed. */
  readyMs: number
}

interface Fact {
  what: string
  holds: (parties: Parties) => Promise<unknown>
}

/**
 * The lives of one datatrust, each in a process of its own that kills itself at the next of the points. What it
 * acknowledged in one life is asked for in the next.
 */
export class Lives {
  readonly deaths: Death[] = []
  /** Transactions that were on their way when it died. */
  readonly raws: string[] = []
  readonly #stage: Stage
  readonly #points: NamedPoint[]
  readonly #lie: Lie | undefined
  readonly #params: Partial<ConfigParams>
  /** Longest that somebody waits for what a lie has made impossible, or a machine slow. */
  readonly patienceMs: number
  readonly #facts: Fact[] = []
  #child: ChildProcess | undefined
  #parties: Parties | undefined
  #armed: NamedPoint | undefined

  constructor(
    stage: Stage,
    points: readonly NamedPoint[],
    more: { lie?: Lie; params?: Partial<ConfigParams>; patienceMs?: number } = {},
  ) {
    this.#stage = stage
    this.#points = [...points]
    this.#lie = more.lie
    this.#params = more.params ?? {}
    this.patienceMs = more.patienceMs ?? PATIENCE_MS
  }

  /** Asks for something until it is answered, by one life or another. */
  async step<T>(during: string, ask: (parties: Parties) => Promise<T>): Promise<T> {
    for (;;) {
      const parties = this.#parties ?? (await this.#live(during))
      try {
        return await ask(parties)
      } catch (error) {
        if (error instanceof LostError || !(await this.#isDead())) throw error
        this.#bury(during)
      }
    }
  }

  /** Asks until there is something to answer. */
  async poll<T>(during: string, ask: (parties: Parties) => Promise<T>): Promise<NonNullable<T>> {
    let giveUpAt = Date.now() + PATIENCE_MS
    for (;;) {
      const deaths = this.deaths.length
      const value = await this.step(during, ask)
      if (value) return value
      // A life that has just begun gets all the time that the one before it had.
      if (this.deaths.length > deaths) giveUpAt = Date.now() + PATIENCE_MS
      if (Date.now() > giveUpAt) throw new Error(`waited too long: ${during}`)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  /** Something it said, to be asked for again in every life to come. */
  acknowledge(what: string, holds: Fact['holds']): void {
    this.#facts.push({ what, holds })
  }

  /** Points that were not come to. */
  get left(): string[] {
    return [...(this.#armed === undefined ? [] : [this.#armed]), ...this.#points].map(({ name }) => name)
  }

  /** Kills it from outside, whatever it is doing. */
  async kill(point: string, during: string): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.#isDead()
    this.#bury(during, point)
  }

  /** Lets it live once more, without a point, and end by itself. */
  async end(): Promise<void> {
    await this.#child?.kill('SIGKILL')
    await this.#isDead()
    this.#parties = undefined
    this.#armed = undefined
    this.#points.length = 0
    await this.#live('the end')
    const exited = once(this.#child!, 'exit')
    this.#child!.kill('SIGTERM')
    await exited
  }

  /** Ends the process, if there is one. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit')
      this.#child.kill('SIGKILL')
      await exited
    }
  }

  async #live(during: string): Promise<Parties> {
    for (;;) {
      const startedAt = performance.now()
      const url = await this.#start()
      const parties = url === undefined ? undefined : await this.#ready(url).catch(() => undefined)
      if (parties === undefined) {
        if (!(await this.#isDead())) throw new Error('it lives, but is not ready')
        this.#bury(during)
        continue
      }
      const last = this.deaths.at(-1)
      if (last !== undefined && last.readyMs === 0) last.readyMs = Math.round(performance.now() - startedAt)
      this.#parties = parties
      if (await this.#remembers(parties)) return parties
      this.#bury(during)
    }
  }

  async #start(): Promise<string | undefined> {
    this.#armed ??= this.#points.shift()
    if (this.#stage.params.database !== undefined) await this.#age()
    const chain = this.#stage.params.chain as ConfigParams['chain']
    const life: Life = {
      params: {
        ...(this.#stage.params as ConfigParams),
        ...this.#params,
        chain: { ...chain, chainId: chain.chainId.toString() },
      },
      ...(this.#armed === undefined ? {} : { point: this.#armed }),
      ...(this.#lie === undefined ? {} : { lie: this.#lie }),
    }
    const child = spawn(process.execPath, [CHILD, JSON.stringify(life)], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#child = child
    const lines = createInterface({ input: child.stdout })
    return new Promise((resolve) => {
      lines.on('line', (line) => {
        const { url, raw } = JSON.parse(line) as { url?: string; raw?: string }
        if (raw !== undefined) this.raws.push(raw)
        if (url !== undefined) resolve(url)
      })
      lines.once('close', () => resolve(undefined))
    })
  }

  /** Has an hour pass for its blobs: those without a row are left alone for so long where processes share a database. */
  async #age(): Promise<void> {
    const directory = join(this.#stage.params.dataDirectory, 'blobs')
    const past = new Date(Date.now() - 2 * HOUR * 1_000)
    const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
    for (const entry of entries) if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), past, past)
  }

  async #ready(url: string): Promise<Parties> {
    await until(async () => (await fetch(`${url}/v1/health/ready`)).ok)
    const { localnet } = this.#stage
    // Who is dead stays so: the next life has another address.
    const datatrustRetry = { maxFailures: 1 }
    const [maker, buyer] = await Promise.all([
      clientOf(localnet, 'maker', url, { datatrustRetry }),
      clientOf(localnet, 'buyer', url, { datatrustRetry }),
    ])
    return { maker, buyer, url }
  }

  /** False if it died while it was asked. */
  async #remembers(parties: Parties): Promise<boolean> {
    for (const { what, holds } of this.#facts) {
      try {
        await holds(parties)
      } catch (error) {
        if (await this.#isDead()) return false
        throw new LostError(what, error)
      }
    }
    return true
  }

  async #isDead(): Promise<boolean> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return true
    const timeout = AbortSignal.timeout(DEATH_MS)
    return once(child, 'exit', { signal: timeout }).then(
      () => true,
      () => false,
    )
  }

  #bury(during: string, point = this.#armed?.name): void {
    if (this.#child?.signalCode !== 'SIGKILL' || point === undefined) throw new Error(`it died by itself: ${during}`)
    this.deaths.push({ point, during, acknowledged: this.#facts.map(({ what }) => what), readyMs: 0 })
    if (point === this.#armed?.name) this.#armed = undefined
    this.#parties = undefined
  }
}

/** What a data directory, with its database, that nobody uses holds. */
export async function audit({ params }: Pick<Stage, 'params'>) {
  const directory = params.dataDirectory
  const db = await openDatabaseOf({ params })
  const blobs = await DiskBlobStore.open(join(directory, 'blobs'))
  try {
    await verifyLedger(db)
    const uploads = await db.selectFrom('uploads').selectAll().execute()
    const orders = await db.selectFrom('orders').selectAll().execute()
    const ledger = await db.selectFrom('ledger').selectAll().execute()
    const fetches = await db.selectFrom('fetches').selectAll().where('failed_code', 'is', null).execute()
    const referred = [
      ...uploads.flatMap((row) => [row.blob_key, row.leaves_key]),
      ...orders.map((row) => row.message_key),
    ]
    const { keys } = await blobs.list('')
    return {
      blobs: keys,
      referred: referred.filter((key) => key !== null).toSorted(),
      charges: ledger.map(({ order_id }) => order_id),
      fetches: fetches.map(({ upload_id }) => upload_id),
      hasLeftovers: (await readdir(directory)).some((name) => name.includes('unfinished')),
    }
  } finally {
    await blobs.close()
    await db.destroy()
  }
}
