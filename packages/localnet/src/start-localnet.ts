import { join } from 'node:path'
import { lockDirectory } from '@gristmill/storage'
import { type Actors, createActors, readActors, writeActors } from './actors.js'
import { Chain, type HeldBlocks } from './chain.js'
import { attachLocalnet } from './connect-localnet.js'
import { ActorsMismatchError, JournalCorruptError, JournalVersionError } from './errors.js'
import { ACTORS_FILE, JOURNAL_FILE } from './files.js'
import { Journal } from './journal.js'
import type { GenesisRecord, JournalRecord } from './journal-record.js'
import type { Localnet } from './localnet.js'
import { createRpcHandler } from './rpc-methods.js'
import { startRpcServer } from './rpc-server.js'
import { setUp } from './set-up.js'

/** What `startLocalnet` takes. */
export interface StartLocalnetParams {
  /** Keeps chain and keys; absent: both end with the process. */
  directory?: string
  /** 0, the default, takes a free one. */
  port?: number
  /** Without a directory: the same seed gives the same actors, hence the same addresses. Random if absent. */
  seed?: string
}

/** What a restart found. */
export interface Replay {
  transactions: number
  /** Of a last record that was not written to its end, hence never acknowledged. */
  droppedBytes: number
  durationMs: number
}

export interface StartedLocalnet extends Localnet {
  readonly replay: Replay
  /**
   * Remembers the chain as it is. The function goes back there, once: what came since is gone, as in a reorganisation. Only
   * without a directory.
   */
  remember(): Promise<() => Promise<void>>
  /** Has blocks come only when told: what is sent waits for one that it pays for. Only without a directory. */
  holdBlocks(): Promise<HeldBlocks>
}

const CHAIN_ID = 31_337
const HARDFORK = 'prague'
/** Native coin of each actor at genesis: ten thousand. */
const GAS_WEI = 10_000n * 10n ** 18n

/** Starts a local chain with the protocol deployed, or brings the one in `directory` back as it was. */
export async function startLocalnet(params: StartLocalnetParams = {}): Promise<StartedLocalnet> {
  await using stack = new AsyncDisposableStack()
  const { directory, port = 0, seed } = params
  const state = directory === undefined ? createState(seed) : await openState(directory, stack)

  const startedAtMs = performance.now()
  const chain = await Chain.start(state)
  stack.defer(() => chain.close())
  const transactions = state.records.filter(({ kind }) => kind === 'transaction').length
  const replay = { transactions, droppedBytes: state.droppedBytes, durationMs: performance.now() - startedAtMs }
  if (chain.ready === undefined) await setUp(chain, state.actors)

  const server = await startRpcServer(createRpcHandler(chain), port)
  stack.defer(() => server.close())
  const handle = await attachLocalnet({ url: server.url, actors: state.actors })
  stack.defer(() => handle.close())

  const owned = stack.move()
  const close = (): Promise<void> => owned.disposeAsync()
  const [remember, holdBlocks] = [() => chain.remember(), () => chain.holdBlocks()]
  return { ...handle, replay, remember, holdBlocks, close, [Symbol.asyncDispose]: close }
}

interface State {
  actors: Actors
  records: readonly [GenesisRecord, ...JournalRecord[]]
  journal?: Journal
  droppedBytes: number
}

function createState(seed: string | undefined): State {
  const actors = createActors(seed)
  return { actors, records: [createGenesis(actors)], droppedBytes: 0 }
}

async function openState(directory: string, stack: AsyncDisposableStack): Promise<State> {
  stack.use(await lockDirectory(directory))
  const file = join(directory, JOURNAL_FILE)
  const { journal, content } = Journal.open(file)
  stack.defer(() => journal.close())
  const actors = await openActors(join(directory, ACTORS_FILE), content.records.length === 0)

  const [first = createGenesis(actors), ...later] = content.records
  if (first.kind !== 'genesis') throw new JournalCorruptError(file, 1)
  if (first.version !== 1) throw new JournalVersionError(file, first.version)
  if (Object.values(actors).some(({ address }) => !(address in first.balances))) {
    throw new ActorsMismatchError(join(directory, ACTORS_FILE))
  }
  if (content.records.length === 0) journal.append(first)
  return { actors, records: [first, ...later], journal, droppedBytes: content.droppedBytes }
}

async function openActors(file: string, isNew: boolean): Promise<Actors> {
  const known = await readActors(file)
  if (known !== undefined) return known
  // New keys would own nothing of what is on the chain.
  if (!isNew) throw new ActorsMismatchError(file)
  const actors = createActors()
  await writeActors(file, actors)
  return actors
}

function createGenesis(actors: Actors): GenesisRecord {
  const balances = Object.fromEntries(Object.values(actors).map(({ address }) => [address, GAS_WEI.toString()]))
  const timestamp = Math.floor(Date.now() / 1000)
  return { kind: 'genesis', version: 1, chainId: CHAIN_ID, hardfork: HARDFORK, timestamp, balances }
}
