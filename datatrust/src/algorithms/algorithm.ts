import { type Hex, ProtocolError } from '@gristmill/protocol'
import type { Context } from '../context.js'
import { now } from '../now.js'

/** Unused modules kept at most; the oldest give way. */
const UNUSED_MODULES_MAX = 1_000

/** Thrown when a module is not the one its path names. */
export class AlgorithmMismatchError extends ProtocolError {
  readonly code = 'ALGORITHM_MISMATCH' as const

  constructor(expected: Hex, actual: Hex) {
    super(`The module sent has sha256 ${actual}, the path names ${expected}. Send it whole, under its own digest.`, {
      details: { expected, actual },
    })
  }
}

/** Thrown when a quote names a module that was never sent. */
export class AlgorithmNotFoundError extends ProtocolError {
  readonly code = 'ALGORITHM_NOT_FOUND' as const

  constructor(algorithm: Hex) {
    super(`There is no algorithm ${algorithm} here. Send it first with PUT /v1/algorithms/${algorithm}.`, {
      details: { algorithm },
    })
  }
}

/** Keeps a module that can run here; keeping it again changes nothing. */
export async function storeAlgorithm(ctx: Context, algorithm: Hex, module: Uint8Array): Promise<void> {
  await ctx.tasks.inTurn('inspect algorithm', () => ctx.executor.inspect(module))
  await ctx.db
    .insertInto('algorithms')
    .values({ sha256: algorithm, module, created_at: now() })
    .onConflict((conflict) => conflict.column('sha256').doUpdateSet({ created_at: now() }))
    .execute()
}

/** Throws AlgorithmNotFoundError unless the module is here. */
export async function requireAlgorithm({ db }: Pick<Context, 'db'>, algorithm: Hex): Promise<void> {
  const row = await db.selectFrom('algorithms').select('sha256').where('sha256', '=', algorithm).executeTakeFirst()
  if (row === undefined) throw new AlgorithmNotFoundError(algorithm)
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
