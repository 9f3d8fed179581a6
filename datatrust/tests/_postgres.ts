import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

const DEBIAN = '/usr/lib/postgresql'
/** Who runs the server when the tests run as root: initdb refuses root. */
const NOBODY = 65_534
const START_MS = 20_000

/** Where initdb and postgres are; undefined where PostgreSQL is not installed. */
const BIN = findBin()

/** Why tests over PostgreSQL are skipped here; undefined where they run. */
export const NO_POSTGRES = BIN === undefined ? 'PostgreSQL is not installed (Debian: postgresql)' : undefined

function findBin(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map((version) => join(DEBIAN, version, 'bin')), ...(process.env.PATH ?? '').split(':')]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

/** A PostgreSQL server of the system's packages, on a socket in a folder of its own. */
export class PostgresServer implements AsyncDisposable {
  readonly #directory: string
  readonly #settings: readonly string[]
  #child: ChildProcess | undefined

  private constructor(directory: string, settings: readonly string[]) {
    this.#directory = directory
    this.#settings = settings
  }

  /** `settings` as on its command line; without any it flushes nothing, which is faster. */
  static async start(settings: readonly string[] = ['fsync=off']): Promise<PostgresServer> {
    const directory = await mkdtemp(join(tmpdir(), 'gristmill-pg-'))
    if (isRoot()) await chown(directory, NOBODY, NOBODY)
    const data = join(directory, 'data')
    const made = spawnSync(
      join(BIN as string, 'initdb'),
      ['-D', data, '-U', 'gristmill', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      { cwd: directory, ...user(), encoding: 'utf8' },
    )
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
    const server = new PostgresServer(directory, settings)
    await server.restart()
    return server
  }

  /** Starts the server, or starts it again after an end. */
  async restart(): Promise<void> {
    const settings = ['listen_addresses=', `unix_socket_directories=${this.#directory}`, ...this.#settings]
    this.#child = spawn(
      join(BIN as string, 'postgres'),
      ['-D', join(this.#directory, 'data'), ...settings.flatMap((setting) => ['-c', setting])],
      { cwd: this.#directory, ...user(), stdio: 'ignore' },
    )
    const giveUpAt = Date.now() + START_MS
    while (!(await this.#answers())) {
      if (Date.now() > giveUpAt || this.#child.exitCode !== null) throw new Error('PostgreSQL did not start')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** SIGINT ends it and breaks every connection; SIGQUIT as a crash does. */
  async end(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  /** URL of a new, empty database. */
  createDatabase(): Promise<string> {
    return createDatabaseAt(this.url)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
    await rm(this.#directory, { recursive: true, force: true })
  }

  /** Of the database from which others are created. */
  get url(): string {
    return `postgresql://gristmill@${encodeURIComponent(this.#directory)}/postgres`
  }

  async #answers(): Promise<boolean> {
    return query(this.url, 'SELECT 1').then(
      () => true,
      () => false,
    )
  }
}

/** URL of a new, empty database beside the one at `url`. */
export async function createDatabaseAt(url: string): Promise<string> {
  const name = `t${randomBytes(6).toString('hex')}`
  await query(url, `CREATE DATABASE ${name}`)
  return url.replace(/[^/]+$/, name)
}

/** Asks a database over a connection of its own. */
export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<Record<string, unknown>>(text)
    return rows
  } finally {
    await client.end().catch(() => {})
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function user() {
  return isRoot() ? { uid: NOBODY, gid: NOBODY } : {}
}
