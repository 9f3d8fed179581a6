import { writeSync } from 'node:fs'
import { type ConfigParams, type Overrides, start } from '@gristmill/datatrust'
import { createExecutors, createWasmExecutor, type Executor } from '@gristmill/runner'
import { type BlobStore, DiskBlobStore } from '@gristmill/storage'
import { Transaction } from 'ethers'
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'

type Moment = 'before' | 'during' | 'after'

/** Where a datatrust that is being tested kills itself. */
export interface KillPoint {
  /**
   * What the port is asked for: `insert uploads`, `commit`, `put assets`, `read messages`, `deliver`, `broadcast`,
   * `execute`, or more exactly `update orders set state, ended`, `commit insert orders` or `broadcast settle`; `*` is
   * everything that changes something.
   */
  call: string
  moment: Moment
  /** Which of these calls, from 1; those that failed are not counted among those after which it dies. */
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

/** True if this is the call before, in or after which it is to die. */
function isHere(moment: Moment, names: readonly string[], isChange: boolean): boolean {
  if (point?.moment !== moment || !(names.includes(point.call) || (point.call === '*' && isChange))) return false
  calls += 1
  return calls === (point.nth ?? 1)
}

async function around<T>(
  call: string | readonly string[],
  isChange: boolean,
  operation: (moment?: 'during') => Promise<T>,
): Promise<T> {
  const names = [call].flat()
  if (isHere('before', names, isChange)) await die()
  const result = await operation(isHere('during', names, isChange) ? 'during' : undefined)
  if (isHere('after', names, isChange)) await die()
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
    clearAbandoned: (startedBefore) => blobs.clearAbandoned(startedBefore),
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

/** `insert into "uploads" ...` is `insert uploads`; an update is also known by what it sets. */
function namesOf(sql: string): [string, ...string[]] {
  const [, ...words] = NAMES.exec(sql) ?? []
  const name = words
    .filter((word) => word !== undefined)
    .join(' ')
    .toLowerCase()
  const [, list = ''] = /^update .*? set (.*?)(?: where |$)/is.exec(sql) ?? []
  const columns = [...list.matchAll(/"(\w+)" = /g)].map(([, column]) => column)
  return columns.length === 0 ? [name] : [name, `${name} set ${columns.join(', ')}`]
}

function execute(
  run: DatabaseConnection['executeQuery'],
  query: CompiledQuery,
  changes: Set<string>,
): Promise<QueryResult<never>> {
  const names = namesOf(query.sql)
  const [name] = names
  changes.add(name)
  return around(names, !name.startsWith('select'), async () => {
    const isLost =
      (lie === 'forgets quotes' && name === 'insert quotes') || (lie === 'charges nothing' && name === 'insert ledger')
    return isLost ? { rows: [], numAffectedRows: 1n } : run<never>(query)
  })
}

function mortalDriver(driver: Driver): Driver {
  /** Of each connection, what its transaction has done. */
  const changes = new WeakMap<DatabaseConnection, Set<string>>()
  return {
    init: () => driver.init(),
    acquireConnection: async () => {
      const connection = await driver.acquireConnection()
      if (!changes.has(connection)) {
        const done = new Set<string>()
        changes.set(connection, done)
        const run = connection.executeQuery.bind(connection)
        connection.executeQuery = ((query: CompiledQuery) => execute(run, query, done)) as typeof run
      }
      return connection
    },
    releaseConnection: (connection) => driver.releaseConnection(connection),
    beginTransaction: async (connection, settings) => {
      await driver.beginTransaction(connection, settings)
      changes.get(connection)?.clear()
    },
    commitTransaction: (connection) => {
      const names = [...(changes.get(connection) ?? [])].map((change) => `commit ${change}`)
      return around(['commit', ...names], true, () => driver.commitTransaction(connection))
    },
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
  const reveal = connected.reveal.bind(connected)
  const settle = connected.settle.bind(connected)
  connected.deliver = (deal, goods) => around('deliver', true, () => deliver(deal, goods))
  connected.reveal = (params) => around('reveal', true, () => reveal(params))
  connected.fulfil = (deal, goods, receipt) => around('fulfil', true, () => fulfil(deal, goods, receipt))
  connected.settle = (orders) => around('settle', true, () => settle(orders))
  const { orders } = connected.client.contracts
  const provider = connected.client.provider as { broadcastTransaction: (raw: string) => Promise<unknown> }
  const broadcast = provider.broadcastTransaction.bind(provider)
  provider.broadcastTransaction = async (raw) => {
    const call = orders.interface.parseTransaction(Transaction.from(raw))
    if (!isHere('after', ['broadcast', `broadcast ${call?.name}`], false)) return broadcast(raw)
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
    executors: createExecutors([mortalExecutor(createWasmExecutor())]),
    dialect: mortalDialect,
    chain,
  },
)
writeSync(1, `${JSON.stringify({ url: server.url })}\n`)
process.once('SIGTERM', () => void server.close())
