import { randomUUID } from 'node:crypto'
import { execute } from '@gristmill/runner'
import type { Config } from '../config/config.js'
import { openEngine } from '../config/open-engine.js'
import { openExecutors } from '../config/open-executors.js'
import { type Finding, failed, ok, warn } from './finding.js'

/** A node may have to be started first. */
const WAIT_MS = 120_000

/** Has the engine execute an empty algorithm: a verdict of any executor shows that jobs reach it and come back. */
export async function examineEngine(config: Config): Promise<Finding> {
  try {
    const executors = await openExecutors(config)
    const engine = await openEngine(config.engine, executors)
    const answer = await engine.probe()
    const [executor] = executors.all
    if (executor === undefined) return warn('engine', 'no executor works on this machine', 'See the README of runner.')
    const { name, runtimeDigest: digest, limits } = executor.capabilities()
    const tasks = [{ algorithm: new Uint8Array(), input: new Uint8Array(64), outputBytes: 8 }]
    const job = { id: `doctor ${randomUUID()}`, runtime: { name, digest }, limits, tasks }
    await execute(engine, job, { waitMs: WAIT_MS })
    await engine.close()
    return ok('engine', `${answer}; it executes for ${name}`)
  } catch (error) {
    return failed('engine', error, 'See DATATRUST_ENGINE in the README, and that of the engine package.')
  }
}
