import { bitsIn } from '@gristmill/protocol'
import { foldersOf, runChild } from '../executors/child-process.js'
import { believedOf } from './believed.js'
import { writeCase } from './case-frame.js'
import type { Case, Judgement } from './judge.js'

/** Wall clock for all checks of a run. */
const GATE_TIMEOUT_MS = 60_000

const PROGRAM = { program: '../gate/child.js', flags: [], readable: foldersOf('@gristmill/protocol') }

/**
 * Judges a case in a process of its own, without keys, database, or any file but code: an output that breaks what reads it
 * gets nothing there. What the process answers is believed no further than the policy's bits: so many bytes of values, one
 * of three verdicts, and metrics that are rounded here. One that dies, hangs or talks nonsense ends in CHECK.
 */
export async function gate(given: Case, timeoutMs = GATE_TIMEOUT_MS): Promise<Judgement> {
  const { artifact } = given.policy
  const valueBytes = bitsIn(artifact) / 8
  const end = await runChild<unknown>({ ...PROGRAM, ...writeCase(given), answerBytesMax: valueBytes, timeoutMs })
  return believedOf(end, artifact)
}
