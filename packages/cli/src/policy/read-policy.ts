import { resolve } from 'node:path'
import { type Policy, parsePolicy } from '@gristmill/protocol'
import { FileError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { readBounded } from '../read-bounded.js'

/** Largest policy that is read. */
const POLICY_BYTES_MAX = 8 * 1_048_576

/** The policy in a file. */
export async function readPolicy(io: Io, name: string): Promise<Policy> {
  const file = resolve(io.cwd, name)
  const text = Buffer.from(await readBounded(file, POLICY_BYTES_MAX)).toString('utf8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new FileError(file, 'is not JSON: it holds a policy, as gristmill show LISTING --json has one.', error)
  }
  return parsePolicy(json)
}
