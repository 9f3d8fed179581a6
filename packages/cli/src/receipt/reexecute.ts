import { resolve } from 'node:path'
import { ContentHasher } from '@gristmill/envelope'
import {
  type Hex,
  type OrderId,
  openingHashOf,
  type Policy,
  provenanceHash,
  REEXECUTION_CHECKS,
  type Receipt,
  type Reexecution,
  type RunOpening,
  receiptHash,
  requireAllowed,
  runOpeningHash,
  runOpeningSchema,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { findExecutors, type RunResult, readRunSecrets, run } from '@gristmill/runner'
import { nodeSha256 } from '@gristmill/sdk/node'
import { FileError } from '../argument-errors.js'
import { readModule } from '../compute/read-module.js'
import type { Io } from '../io.js'
import { readSecret } from '../keys/secret-file.js'
import { digestOf } from '../policy/allowed-algorithm.js'
import { step } from '../progress.js'
import { type Asset, openAsset, readAsset, watchAsset } from '../publish/asset.js'
import type { FoundReceipt } from './read-receipt.js'
import { JointRunError, NotOfRunError, RuntimeMismatchError } from './receipt-errors.js'

/** Files with which a run is repeated. */
export interface Evidence {
  /** The data, in the order in which it was listed. */
  data: readonly string[]
  algorithm: string
  opening: string
}

export interface ReexecuteParams extends FoundReceipt {
  orderId: OrderId
  evidence: Evidence
}

/**
 * Repeats a run whose receipt is verified, and compares what it came to. Throws NotOfRunError unless opening, algorithm and
 * data are those that the statement names, RuntimeMismatchError unless this machine has its very runtime, and JointRunError
 * for a run over several listings.
 */
export async function reexecute(io: Io, params: ReexecuteParams): Promise<Reexecution> {
  const { orderId, verified, evidence } = params
  const { receipt, provenance, goods, document } = verified
  if (goods.runId !== ZERO_BYTES32) throw new JointRunError(orderId, goods.runId)
  const { parameters } = provenance.predicate.buildDefinition.externalParameters
  const policy = document.policy as Policy
  const opening = await readOpening(io, evidence.opening)
  requireSame('opening', openingHashOf(provenance), runOpeningHash(opening))
  const algorithm = await readModule(resolve(io.cwd, evidence.algorithm))
  requireSame('algorithm', goods.algorithm, digestOf(algorithm))
  const { runtime } = requireAllowed(policy, { algorithm: goods.algorithm, parameters })
  const executor = (await findExecutors()).of(runtime)
  const { runtimeDigest, deterministic } = executor.capabilities()
  if (runtimeDigest !== goods.runtimeDigest) throw new RuntimeMismatchError(runtime, goods.runtimeDigest, runtimeDigest)
  const asset = await openAsset(io, evidence.data)
  requireSame('data', opening.contentRoot, await contentRootOf(io, asset, opening))
  const result = await step(io, `Repeats the run, ${executor.capabilities().name}`, () =>
    run({
      orderId,
      policy,
      algorithm,
      parameters,
      source: readAsset(asset),
      executor,
      secret: readRunSecrets(opening),
    }),
  )
  const checks = compare(receipt, result)
  return {
    report: 'gristmill re-execution',
    version: 1,
    chainId: params.chainId.toString(),
    orders: params.orders,
    orderId,
    datatrust: verified.deal.datatrust,
    receiptHash: receiptHash(receipt),
    provenanceHash: provenanceHash(provenance),
    contentRoot: document.contentRoot,
    algorithm: goods.algorithm,
    parametersHash: goods.parametersHash,
    policyHash: document.policyHash,
    runtime,
    runtimeDigest,
    isDeterministic: deterministic,
    checks,
    isReproduced: checks.every(({ isMet }) => isMet),
  }
}

async function readOpening(io: Io, name: string): Promise<RunOpening> {
  const file = resolve(io.cwd, name)
  const text = await readSecret(file)
  try {
    return runOpeningSchema.parse(JSON.parse(text))
  } catch {
    throw new FileError(
      file,
      'holds no opening: the operator writes one with gristmill datatrust opening ORDER --out FILE.',
    )
  }
}

function requireSame(what: 'opening' | 'algorithm' | 'data', expected: Hex, actual: Hex): void {
  if (actual !== expected) throw new NotOfRunError(what, expected, actual)
}

async function contentRootOf(io: Io, asset: Asset, { contentSecret }: RunOpening): Promise<Hex> {
  const blindSecret = new Uint8Array(Buffer.from(contentSecret.slice(2), 'hex'))
  const hasher = await ContentHasher.create({ blindSecret, sha256: nodeSha256 })
  for await (const chunk of watchAsset(io, asset, 'Checks the data')) await hasher.update(chunk)
  return (await hasher.digest()).contentRoot
}

/** A model that its maker kept back was released here, to nobody: what became of it is not the datatrust's to say. */
function compare(receipt: Receipt, result: RunResult): Reexecution['checks'] {
  const isReviewed = receipt.verdict === 'REVIEW'
  const stated = isReviewed ? { ...receipt, verdict: 'OK' as const } : receipt
  const compared = isReviewed
    ? REEXECUTION_CHECKS.filter((what) => what !== 'releasedHash' && what !== 'releasedBytes')
    : REEXECUTION_CHECKS
  return compared.map((what) => {
    const [expected, found] = [String(stated[what]), String(result[what])]
    return { what, stated: expected, found, isMet: found === expected }
  })
}
