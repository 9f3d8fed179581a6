import type { Case } from './judge.js'

/** What the process of the gate is asked: numbers that say how to read the parts. */
export interface GateTask {
  rows: number
  /** Numbers per row. */
  dimensions: number
  isPart: boolean
}

/** A case as a task and its parts; numbers go as this machine keeps them, for the process runs on it. */
export function writeCase({ policy, rawOutput, table, split, csv, isPart = false }: Case): {
  task: GateTask
  parts: Uint8Array[]
} {
  const { artifact, table: schema, checks } = policy
  return {
    task: { rows: table.rows, dimensions: table.dimensions, isPart },
    parts: [
      new TextEncoder().encode(JSON.stringify({ artifact, table: schema, checks })),
      rawOutput,
      ...[table.features, table.labels, split.train, split.holdout].map(bytesOf),
      csv,
    ],
  }
}

/** The case in a task and its parts, each of which has a buffer of its own. */
export function readCase({ rows, dimensions, isPart }: GateTask, parts: readonly Uint8Array[]): Case {
  const [policy, rawOutput, features, labels, train, holdout, csv] = parts
  if (!policy || !rawOutput || !features || !labels || !train || !holdout || !csv) {
    throw new RangeError('the case lacks a part')
  }
  return {
    policy: JSON.parse(new TextDecoder().decode(policy)) as Case['policy'],
    rawOutput,
    table: { rows, dimensions, features: new Float64Array(features.buffer), labels: new Float64Array(labels.buffer) },
    split: { train: new Uint32Array(train.buffer), holdout: new Uint32Array(holdout.buffer) },
    csv,
    isPart,
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array | Uint32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength)
