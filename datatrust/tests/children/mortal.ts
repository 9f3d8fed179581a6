import { writeSync } from 'node:fs'
import { type ConfigParams, type Overrides, start } from '@gristmill/datatrust'
import { createWasmExecutor, type Executor } from '@gristmill/runner'
import { type BlobStore, DiskBlobStore } from '@gristmill/storage'
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'

type Moment = 'before' | 'during' | 'after'

/** Where a datatrust that is being tested kills itself. */
export interface KillPoint {
  /**
   * What the port is asked for: `insert uploads`, `commit`, `put assets`, `read messages`, `deliver`, `broadcast`,
   * `execute`; `*` is everything that changes something.
   */
  call: string
  moment: Moment
  /** Which of these calls, from 1. */
  nth?: number
}

/** How a datatrust lies to those it serves: what the checks have to notice. */
export type Lie = 'acknowledges blobs before they are there' | 'forgets quotes' | 'charges nothing'

export interface Life {
  params: Omit<ConfigParams, 'chain'> & { chain: Omit<ConfigParams['chain'], 'chainId'> & { chainId: string } }
  point?: KillPoint
  lie?: Lie
}

/** Long enough for a run to have begun, shorter than any run. */
const DURING_MS = 30

const { params, point, lie } = JSON.parse(process.argv[2] ?? '') as Life
let calls = 0

/** Resolves never: the signal is on its way. */
function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
}

function momentOf(call: string, isChange: boolean): Moment | undefined {
  if (point === undefined || !(point.call === call || (point.call === '*' && isChange))) return undefined
  calls += 1
  return calls === (point.nth ?? 1) ? point.moment : undefined
}

async function around<T>(call: string, isChange: boolean, operation: (moment?: Moment) => Promise<T>): Promise<T> {
  const moment = momentOf(call, isChange)
  if (moment === 'before') await die()
  const result = await operation(moment)
  if (moment === 'after') await die()
  return result
}

async function* dyingAfterFirst(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    yield chunk
    break
  }
  await die()
}

const folderOf = (key: string) => key.split('/', 1)[0] ?? ''

function mortalBlobs(blobs: DiskBlobStore): BlobStore {
  return {
    put: (key, source, put) =>
      around(`put ${folderOf(key)}`, true, async (moment) => {
        if (lie === 'acknowledges blobs before they are there') return pretendToPut(source)
        return blobs.put(key, moment === 'during' ? dyingAfterFirst(source) : source, put)
      }),
    open: (key, range) =>
      around(`read ${folderOf(key)}`, false, async (moment) => {
        const reading = await blobs.open(key, range)
        if (moment !== 'during') return reading
        return { ...reading, [Symbol.asyncIterator]: () => dyingAfterFirst(reading) }
      }),
    delete: (key) => around(`delete ${folderOf(key)}`, true, () => blobs.delete(key)),
    list: (prefix, list) => around('list', false, () => blobs.list(prefix, list)),
    stat: (key) => blobs.stat(key),
    close: () => blobs.close(),
    [Symbol.asyncDispose]: () => blobs.close(),
  }
}

/** A store that answers first and means to write later. */
async function pretendToPut(source: AsyncIterable<Uint8Array>) {
  let sizeBytes = 0
  for await (const chunk of source) sizeBytes += chunk.length
  return { sizeBytes, sha256: `0x${'00'.repeat(32)}` as const }
}

const NAMES = /^\s*(?:(insert) into|(update)|(delete) from|(create) table|(select)\b.*?\bfrom)\s+"?(\w+)"?/is

/** `insert into "uploads" ...` is `insert uploads`. */
function nameOf(sql: string): string {
  const [, ...words] = NAMES.exec(sql) ?? []
  return words
    .filter((word) => word !== undefined)
    .join(' ')
    .toLowerCase()
}

function execute(run: DatabaseConnection['executeQuery'], query: CompiledQuery): Promise<QueryResult<never>> {
  const name = nameOf(query.sql)
  return around(name, !name.startsWith('select'), async () => {
    const isLost =
      (lie === 'forgets quotes' && name === 'insert quotes') || (lie === 'charges nothing' && name === 'insert ledger')
    return isLost ? { rows: [], numAffectedRows: 1n } : run<never>(query)
  })
}

function mortalDriver(driver: Driver): Driver {
  const mortal = new WeakSet<DatabaseConnection>()
  return {
    init: () => driver.init(),
    acquireConnection: async () => {
      const connection = await driver.acquireConnection()
      if (!mortal.has(connection)) {
        mortal.add(connection)
        const run = connection.executeQuery.bind(connection)
        connection.executeQuery = ((query: CompiledQuery) => execute(run, query)) as typeof run
      }
      return connection
    },
    releaseConnection: (connection) => driver.releaseConnection(connection),
    beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: (connection) => around('commit', true, () => driver.commitTransaction(connection)),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
    destroy: () => driver.destroy(),
  }
}

function mortalDialect(embedded: Dialect): Dialect {
  return {
    createAdapter: () => embedded.createAdapter(),
    createDriver: () => mortalDriver(embedded.createDriver()),
    createIntrospector: (db) => embedded.createIntrospector(db),
    createQueryCompiler: () => embedded.createQueryCompiler(),
  }
}

function mortalExecutor(executor: Executor): Executor {
  return {
    ...executor,
    execute: (spec) =>
      around('execute', true, (moment) => {
        if (moment === 'during') setTimeout(die, DURING_MS)
        return executor.execute(spec)
      }),
  }
}

const chain: Overrides['chain'] = (connected) => {
  const deliver = connected.deliver.bind(connected)
  const fulfil = connected.fulfil.bind(connected)
  connected.deliver = (deal, goods) => around('deliver', true, () => deliver(deal, goods))
  connected.fulfil = (deal, goods, receipt) => around('fulfil', true, () => fulfil(deal, goods, receipt))
  const provider = connected.client.provider as { broadcastTransaction: (raw: string) => Promise<unknown> }
  const broadcast = provider.broadcastTransaction.bind(provider)
  provider.broadcastTransaction = async (raw) => {
    if (momentOf('broadcast', false) === undefined) return broadcast(raw)
    // Somewhere on its way: whoever reads this brings it to the chain, sooner or later.
    writeSync(1, `${JSON.stringify({ raw })}\n`)
    return die()
  }
  return connected
}

const server = await start(
  { ...params, chain: { ...params.chain, chainId: BigInt(params.chain.chainId) } },
  {
    blobs: mortalBlobs(await DiskBlobStore.open(`${params.dataDirectory}/blobs`)),
    executor: mortalExecutor(createWasmExecutor()),
    dialect: mortalDialect,
    chain,
  },
)
writeSync(1, `${JSON.stringify({ url: server.url })}\n`)
process.once('SIGTERM', () => void server.close())
