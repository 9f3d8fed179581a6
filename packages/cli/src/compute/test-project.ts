import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  type AllowedAlgorithm,
  leakBits,
  type Parameters,
  type Policy,
  parsePolicy,
  requireAllowed,
  type Trainer,
  trainerBytes,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { type Executor, findExecutors, inspectTable, type RunResult, run } from '@gristmill/runner'
import type { Command } from 'commander'
import { ArgumentError, FileError } from '../argument-errors.js'
import { parseParameters } from '../arguments.js'
import type { Io } from '../io.js'
import { requireFree } from '../order/write-asset.js'
import { note, printResult } from '../output.js'
import { digestOf } from '../policy/allowed-algorithm.js'
import { readPolicy } from '../policy/read-policy.js'
import { printable } from '../printable.js'
import { step } from '../progress.js'
import { openAsset, watchAsset } from '../publish/asset.js'
import { WouldBeRefusedError } from './compute-errors.js'
import { type Project, readProject } from './project.js'
import { readModule } from './read-module.js'
import { type Trial, trialLines } from './trial-lines.js'

export interface TestOptions {
  algorithm?: string
  trainer?: Trainer
  policy?: string
  data?: string
  parameters?: string
  out?: string
}

/** Runs an algorithm on data of one's own under the executor and the gate of a datatrust, and says what would be refused. */
export async function testProject(io: Io, command: Command, directory: string, options: TestOptions): Promise<void> {
  const project = overridden(io, await readProject(io, directory), options)
  const out = options.out === undefined ? undefined : resolve(io.cwd, options.out)
  if (out !== undefined) requireFree(out)
  const policy = await readPolicy(io, project.policy)
  const algorithm = options.trainer === undefined ? await readModule(project.algorithm) : trainerBytes(options.trainer)
  const { tried, isAllowed } = policyToTry(policy, digestOf(algorithm), project)
  let log = ''
  const executors = await findExecutors({
    print: (text) => {
      log += text
      if (!io.quiet) io.stderr.write(printable(text))
    },
  })
  const executor = executors.of(project.runtime)
  const asset = await openAsset(io, [project.data])
  const encodedBytesMax = executor.capabilities().limits.memoryBytes
  const source = watchAsset(io, asset, 'Checks the table')
  await inspectTable({ source, policy: tried, encodedBytesMax })
  await executor.inspect(algorithm)
  const startedAt = io.now()
  const result = await step(io, `Trains on ${options.data ?? 'the mock data'}, ${executor.capabilities().name}`, () =>
    runOnce({ policy: tried, algorithm, parameters: project.parameters, data: project.data, executor }),
  )
  const trial: Trial = {
    policy: tried,
    result,
    isAllowed,
    algorithm: digestOf(algorithm),
    durationMs: Math.round(io.now() - startedAt),
    hears: project.runtime !== 'wasm' && project.runtime !== 'trainer',
  }
  if (out !== undefined && result.released !== undefined) await keep(out, result.released)
  printResult(io, command, jsonOf(trial, log, out), trialLines(trial))
  if (!isAllowed) note(io, `The policy does not allow this algorithm yet: its maker has to name ${trial.algorithm}.`)
  if (result.verdict !== 'OK') throw new WouldBeRefusedError(result.verdict, result.privateLog.reason)
}

function overridden(io: Io, project: Project, options: TestOptions): Project {
  const { algorithm, trainer, policy, data, parameters } = options
  if (algorithm !== undefined && trainer !== undefined)
    throw new ArgumentError('--trainer', 'or --algorithm: name one.')
  const at = (file: string | undefined, own: string) => (file === undefined ? own : resolve(io.cwd, file))
  return {
    ...project,
    algorithm: at(algorithm, project.algorithm),
    runtime: trainer === undefined ? project.runtime : 'trainer',
    policy: at(policy, project.policy),
    data: at(data, project.data),
    parameters: parameters === undefined ? project.parameters : parseParameters('--parameters', parameters),
  }
}

/** The policy as it is if it allows the algorithm; otherwise as if it did, with these parameters. */
function policyToTry(policy: Policy, digest: AllowedAlgorithm['digest'], { runtime, parameters }: Project) {
  if (policy.algorithms.some((allowed) => allowed.digest === digest)) {
    requireAllowed(policy, { algorithm: digest, parameters })
    return { tried: policy, isAllowed: true }
  }
  const ranges = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, { min: value, max: value }]),
  )
  const tried = parsePolicy({ ...policy, algorithms: [{ digest, runtime, parameters: ranges }] })
  return { tried, isAllowed: false }
}

function runOnce({
  data,
  ...params
}: {
  policy: Policy
  algorithm: Uint8Array
  parameters: Parameters
  data: string
  executor: Executor
}): Promise<RunResult> {
  return run({ ...params, orderId: ZERO_BYTES32, source: createReadStream(data), secret: randomBytes(32) })
}

async function keep(file: string, model: Uint8Array): Promise<void> {
  try {
    await writeFile(file, model, { flag: 'wx' })
  } catch (error) {
    throw new FileError(file, 'cannot be written: check path and permissions.', error)
  }
}

function jsonOf({ policy, result, isAllowed, algorithm, durationMs }: Trial, log: string, out: string | undefined) {
  const { verdict, releasedBytes, metrics, fuel, privateLog } = result
  const { fuelUsed, ...found } = privateLog
  return {
    verdict,
    algorithm,
    isAllowed,
    bits: leakBits(policy),
    fuel: { used: fuelUsed, limit: fuel },
    durationMs,
    releasedBytes,
    metrics,
    ...found,
    log,
    ...(out === undefined || result.released === undefined ? {} : { out }),
  }
}
