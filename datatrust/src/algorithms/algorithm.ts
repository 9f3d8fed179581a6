import { type Hex, ProtocolError, type Runtime, trainerBytes, trainerOf } from '@gristmill/protocol'
import { EngineError } from '@gristmill/runner'
import type { Context } from '../context.js'
import { now } from '../now.js'
import { readContent } from '../uploads/read-content.js'
import type { StoredUpload } from '../uploads/upload.js'

/** Unused modules kept at most; the oldest give way. */
const UNUSED_MODULES_MAX = 1_000

/** Thrown when an algorithm is not the one its path names. */
export class AlgorithmMismatchError extends ProtocolError {
  readonly code = 'ALGORITHM_MISMATCH' as const

  constructor(expected: Hex, actual: Hex) {
    super(`The algorithm sent has sha256 ${actual}, the path names ${expected}. Send it whole, under its own digest.`, {
      details: { expected, actual },
    })
  }
}

/** Thrown when a quote names an algorithm that was never sent. */
export class AlgorithmNotFoundError extends ProtocolError {
  readonly code = 'ALGORITHM_NOT_FOUND' as const

  constructor(algorithm: Hex) {
    super(`There is no algorithm ${algorithm} here. Send it first with PUT /v1/algorithms/${algorithm}.`, {
      details: { algorithm },
    })
  }
}

/** Thrown when content that is to be listed as an algorithm has more bytes than one may have. */
export class AlgorithmTooLargeError extends ProtocolError {
  readonly code = 'ALGORITHM_TOO_LARGE' as const

  constructor(sizeBytes: number, maxBytes: number) {
    super(`The algorithm has ${sizeBytes} bytes, more than the ${maxBytes} that are run here. Make it smaller.`, {
      details: { sizeBytes, maxBytes },
    })
  }
}

/**
 * Thrown when what would look at an algorithm does not work just now. What ails it is for the operator, and is in the log.
 */
export class RuntimeNotReadyError extends ProtocolError {
  readonly code = 'RUNTIME_NOT_READY' as const
  override readonly retryable = true

  constructor(runtime: Runtime, cause: unknown) {
    super(`What runs ${runtime} here does not work at the moment. Nothing is lost: ask again in a while.`, {
      details: { runtime },
      cause,
    })
  }
}

/** Largest algorithm that is taken: what the operator lets in, and any runtime here has room for. */
export function maxAlgorithmBytes({ config, executors }: Pick<Context, 'config' | 'executors'>): number {
  const most = Math.max(0, ...executors.all.map((executor) => executor.capabilities().limits.moduleBytes))
  return Math.min(config.limits.maxAlgorithmBytes, most)
}

/**
 * Keeps an algorithm; keeping it again changes nothing. What it is written in is said by the policy that allows it, so it
 * is inspected when a run of it is to be quoted.
 */
export async function storeAlgorithm({ db }: Pick<Context, 'db'>, algorithm: Hex, module: Uint8Array): Promise<void> {
  await db
    .insertInto('algorithms')
    .values({ sha256: algorithm, module, created_at: now() })
    .onConflict((conflict) => conflict.column('sha256').doUpdateSet({ created_at: now() }))
    .execute()
}

/** The bytes of an algorithm. Throws AlgorithmNotFoundError unless it is here. */
export async function readAlgorithm({ db }: Pick<Context, 'db'>, algorithm: Hex): Promise<Uint8Array> {
  const row = await db.selectFrom('algorithms').select('module').where('sha256', '=', algorithm).executeTakeFirst()
  if (row === undefined) throw new AlgorithmNotFoundError(algorithm)
  return row.module
}

/**
 * Throws AlgorithmNotFoundError unless it is here, AlgorithmRefusedError unless the runtime takes it. The runner's own
 * trainers need not be sent: what stands for one is put where a quote looks for it.
 */
export async function requireRunnable(ctx: Context, algorithm: Hex, runtime: Runtime): Promise<void> {
  const trainer = trainerOf(algorithm)
  if (trainer !== undefined) await storeAlgorithm(ctx, algorithm, trainerBytes(trainer))
  await inspectAlgorithm(ctx, await readAlgorithm(ctx, algorithm), runtime)
}

/**
 * Throws AlgorithmRefusedError unless the runtime takes it, RuntimeNotReadyError where it cannot tell; one after the other,
 * for it costs memory.
 */
export async function inspectAlgorithm(
  { tasks, executors, log }: Pick<Context, 'tasks' | 'executors' | 'log'>,
  module: Uint8Array,
  runtime: Runtime,
): Promise<void> {
  const executor = executors.of(runtime)
  try {
    await tasks.inTurn('inspect algorithm', () => executor.inspect(module))
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    log.warn({ err: error }, 'no algorithm can be inspected')
    throw new RuntimeNotReadyError(runtime, error)
  }
}

/**
 * The algorithm that is the content of a listing. It stays there: kept beside those that sponsors send, it would run for
 * who does not pay its maker.
 */
export async function readStoredAlgorithm(ctx: Context, upload: StoredUpload): Promise<Uint8Array> {
  const most = maxAlgorithmBytes(ctx)
  if (upload.size_bytes > most) throw new AlgorithmTooLargeError(upload.size_bytes, most)
  const chunks: Uint8Array[] = []
  // Copies: what reads it uses its buffers again.
  for await (const chunk of readContent(ctx, upload)) chunks.push(Uint8Array.from(chunk))
  return new Uint8Array(Buffer.concat(chunks))
}

/** Forgets the oldest modules that no quote names, so that nobody fills the disk with them. */
export async function sweepAlgorithms({ db }: Pick<Context, 'db'>): Promise<void> {
  const unused = await db
    .selectFrom('algorithms')
    .select('sha256')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('quotes').select('digest').whereRef('quotes.algorithm', '=', 'algorithms.sha256'))),
    )
    .orderBy('created_at', 'desc')
    .offset(UNUSED_MODULES_MAX)
    .execute()
  for (const { sha256 } of unused) await db.deleteFrom('algorithms').where('sha256', '=', sha256).execute()
}
