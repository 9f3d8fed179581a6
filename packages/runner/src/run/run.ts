import { createHash } from 'node:crypto'
import {
  classesOf,
  type Hex,
  leakBits,
  type Metric,
  type OrderId,
  type Policy,
  parametersHash,
  parametersIn,
  policyHash,
  requireAllowed,
  type Trainer,
  trainerOf,
  type Verdict,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import type { Engine } from '../engine/engine.js'
import type { ExecuteOptions } from '../engine/execute.js'
import type { Execution, Executor } from '../executors/executor.js'
import { RuntimeUnavailableError } from '../executors/executors.js'
import type { Finding } from '../gate/finding.js'
import type { Measurements } from '../gate/measure.js'
import { joinSafetensors } from '../model/safetensors.js'
import { writeValues } from '../model/values.js'
import { aggregate } from '../privacy/aggregate.js'
import { splitBlocks } from '../privacy/blocks.js'
import { createKeystream } from '../privacy/keystream.js'
import { releaseTrained, trainerInput, trainerOutputs } from '../privacy/trained.js'
import { limitsUnder, type TableLimits } from '../table/limits.js'
import type { ByteSource } from '../table/read-csv.js'
import { executeTasks } from './execute-tasks.js'
import { type InputParams, writeInput } from './input.js'
import { judgeTables } from './judge-tables.js'
import { ownerLogsOf } from './owner-logs.js'
import { releasedMetrics } from './released-metrics.js'
import { shortageOf } from './row-shortage.js'
import { type RunSecrets, runSecrets } from './secrets.js'
import { joinTables, readTables, sizesOf, type TableSizes } from './tables.js'

/** What `run` takes. */
export interface RunParams {
  /** Of the order; of a joint run its `runId`. */
  orderId: OrderId
  policy: Policy
  /** The algorithm's bytes; their sha256 must be one that the policy allows. */
  algorithm: Uint8Array
  parameters: Readonly<Record<string, number>>
  /**
   * The CSV; of a joint run one for each listing, always in the same order. A caller that checks them against content roots
   * does it before it believes the result.
   */
  source: ByteSource | readonly ByteSource[]
  /** Of the runtime that the policy names for the algorithm. */
  executor: Executor
  /** Where the executor runs; without one: on this machine, at once. */
  engine?: Engine
  /** How long to wait for the engine. */
  wait?: ExecuteOptions
  /** At least 32 random bytes that only the runner knows, the same for every run; or what derives from them for this one. */
  secret: Uint8Array | RunSecrets
  limits?: TableLimits
  /** Wall clock for reading the output and all checks, after which the verdict is CHECK; default one minute. */
  gateTimeoutMs?: number
}

/** For the owner alone: every field depends on private data. */
export interface PrivateLog {
  rows: number
  trainRows: number
  holdoutRows: number
  /** Why the run ended as it did. */
  reason: string
  /** Exact; the receipt states the limit instead. Absent in an owner's log of a joint run. */
  fuelUsed?: bigint
  /** Exact; released only rounded. Absent where nothing was measured. */
  measurements?: Measurements
  /** What every check of the policy found; the sponsor learns of none, only that one failed. */
  findings?: readonly Finding[]
}

/** How a run ended. Everything but the logs and `salt` may be told to the sponsor, at a release slot. */
export interface RunResult {
  verdict: Verdict
  /** The safetensors file; only with verdict OK. */
  released?: Uint8Array
  /** sha256 of `released`; zero if nothing is released. */
  releasedHash: Hex
  releasedBytes: number
  metrics: readonly Metric[]
  /** To charge, whatever the verdict. */
  leakBits: number
  /** The most that the run, or each block of it, could use. What it did use would tell the sponsor something, so a receipt never says. */
  fuel: bigint
  /** sha256(salt || raw output). */
  rawOutputHash: Hex
  /** Opens `rawOutputHash`. Stays with the runner. */
  salt: Uint8Array
  /** Of all rows. If they have several owners, nobody may see it. */
  privateLog: PrivateLog
  /** What the owner of each table may see: of one table all, of several nothing that depends on the others' rows. */
  ownerLogs: readonly PrivateLog[]
}

/**
 * Runs an allowed algorithm on a table and lets out what the policy says, no more. Throws before the algorithm starts if
 * the order is outside the policy or the data is not what the policy describes; whatever the algorithm does afterwards
 * ends in a verdict. The same order on the same data always gives the same result. Charge the budget before calling.
 */
export async function run(params: RunParams): Promise<RunResult> {
  const { orderId, policy, algorithm, parameters, source, executor, secret, limits, engine, wait, gateTimeoutMs } =
    params
  const digest = sha256(algorithm)
  const allowed = requireAllowed(policy, { algorithm: digest, parameters })
  const subject = { policyHash: policyHash(policy), algorithm: digest, parametersHash: parametersHash(parameters) }
  const secrets = secret instanceof Uint8Array ? runSecrets(secret, orderId, subject) : secret
  const capabilities = executor.capabilities()
  if (!capabilities.runtimes.includes(allowed.runtime)) {
    throw new RuntimeUnavailableError(allowed.runtime, capabilities.runtimes)
  }
  const tables = await readTables({
    sources: 'length' in source ? source : [source],
    policy,
    encodedBytesMax: capabilities.limits.memoryBytes,
    limits: limitsUnder(policy, limits),
    secrets,
  })
  const whole = joinTables(tables)
  const { table, split } = whole
  const log = sizesOf(whole)
  const base = { leakBits: leakBits(policy), fuel: capabilities.limits.fuel, salt: secrets.salt }
  const logged = (verdict: Verdict, found: Omit<PrivateLog, keyof TableSizes>) => {
    const privateLog = { ...log, ...found }
    return { privateLog, ownerLogs: ownerLogsOf(tables, privateLog, verdict) }
  }
  const failed = (verdict: Verdict, rawOutput: Uint8Array, found: Omit<PrivateLog, keyof TableSizes>): RunResult => ({
    ...base,
    verdict,
    releasedHash: ZERO_BYTES32,
    releasedBytes: 0,
    metrics: [],
    rawOutputHash: sha256(secrets.salt, rawOutput),
    ...logged(verdict, found),
  })

  const shortage = shortageOf(policy, [...tables, whole])
  if (shortage !== undefined) return failed('CHECK', new Uint8Array(), { reason: shortage, fuelUsed: 0n })
  const trainer = trainerOf(digest)
  const outputs = trainer === undefined ? parametersIn(policy.artifact) : trainerOutputs(trainer, policy)
  const given = givenTo(policy, { allowed, parameters, trainer })
  const tasks = partsOf(policy, split.train, secrets).map((rows) => ({
    algorithm,
    input: writeInput({
      table,
      rows,
      classes: classesOf(policy.table),
      ...given,
      seed: secrets.seed,
      outputs,
    }),
    outputBytes: 8 * outputs,
  }))
  const executions = await executeTasks({ orderId, executor, engine, wait }, tasks)
  const fuelUsed = executions.reduce((sum, execution) => sum + execution.fuelUsed, 0n)
  const rawOutput = new Uint8Array(Buffer.concat(executions.map(({ output }) => output ?? new Uint8Array())))
  const released = (values: Uint8Array, found: Omit<PrivateLog, keyof TableSizes | 'fuelUsed'>): RunResult => {
    const file = joinSafetensors(policy.artifact.tensors, values)
    return {
      ...base,
      verdict: 'OK',
      released: file,
      releasedHash: sha256(file),
      releasedBytes: file.length,
      metrics: releasedMetrics(policy, found.measurements),
      rawOutputHash: sha256(secrets.salt, rawOutput),
      ...logged('OK', { ...found, fuelUsed }),
    }
  }

  if (policy.privacy.mode === 'sample-aggregate') {
    const answers = executions.map((execution) => answerOf(execution, 8 * outputs))
    const noise = createKeystream(secrets.noise)
    const { tensors } = policy.artifact
    // A block that fails never fails the run: the verdict would tell of its rows.
    const ended = answers.filter((answer) => answer !== undefined).length
    const reason = `${ended} of ${answers.length} blocks ended well`
    return released(writeValues(aggregate({ tensors, outputs: answers, privacy: policy.privacy, noise })), { reason })
  }
  const [execution] = executions
  if (execution === undefined) throw new RangeError('there was no task')
  if (execution.status !== 'OK') return failed(execution.status, rawOutput, { reason: execution.reason, fuelUsed })
  if (policy.privacy.mode === 'trusted-dp' && trainer !== undefined) {
    const { privacy } = policy
    const noise = createKeystream(secrets.noise)
    const rows = split.train.length
    const model = releaseTrained(trainer, { policy, privacy, parameters, rows, output: rawOutput, noise })
    return released(writeValues(model), { reason: 'done' })
  }
  const judged = await judgeTables({ policy, rawOutput, tables, whole }, gateTimeoutMs)
  const { verdict, values, ...found } = judged
  if (verdict !== 'OK' || values === undefined) return failed(verdict, rawOutput, { ...found, fuelUsed })
  return released(values, found)
}

/** The rows of every task. */
function partsOf({ privacy }: Policy, train: Uint32Array, { blocks }: RunSecrets): Uint32Array[] {
  return privacy.mode === 'sample-aggregate' ? splitBlocks(train, privacy.blocks, blocks) : [train]
}

type Given = Pick<InputParams, 'allowed' | 'parameters'>

/** A trainer is given more than its own parameters: what follows from the policy. */
function givenTo(policy: Policy, { allowed, parameters, trainer }: Given & { trainer: Trainer | undefined }): Given {
  if (policy.privacy.mode !== 'trusted-dp' || trainer === undefined) return { allowed, parameters }
  const more = trainerInput(trainer, policy, policy.privacy)
  const ranges = Object.entries(more).map(([name, value]) => [name, { min: value, max: value }])
  return {
    allowed: { parameters: { ...allowed.parameters, ...Object.fromEntries(ranges) } },
    parameters: { ...parameters, ...more },
  }
}

/** What an execution wrote, if it ended well and wrote what it had to. */
function answerOf({ status, output }: Execution, outputBytes: number): Uint8Array | undefined {
  return status === 'OK' && output?.length === outputBytes ? output : undefined
}

function sha256(...parts: Uint8Array[]): Hex {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return `0x${hash.digest('hex')}`
}
