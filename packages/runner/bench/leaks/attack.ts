import type { ModelShape, PolicyForParams } from '@gristmill/protocol'
import type { Act } from './acts.ts'
import type { HostileRuntime } from './find-hostile.ts'
import type { Given, Labels } from './secret-table.ts'

/** What an attacker looks at after a run; with the gate it is what a sponsor gets. */
export interface Leak {
  /** All values, in the order in which an algorithm writes them; none where none came. */
  values: number[]
  /** The verdict, or how the execution ended. */
  end: string
  /** What came by a socket, a file, or was said. */
  text: string
  /** From the order to its result. */
  ms: number
  /** Of the error on held-back rows, `holdout_rmse`, if it was told. */
  rmse?: number | undefined
  /** The error is of predictions as they were written, kept within no bounds. */
  isRaw?: boolean
}

/** One run of an attack. */
export interface AttackRun {
  act: Act
  offset: number
}

/** A hostile algorithm, what the policy says to it, and how its sponsor reads what comes out. */
export interface Attack {
  name: string
  /** The checks that the gate makes, in words of the policy. */
  gate: string
  model: ModelShape
  policy?: Partial<PolicyForParams>
  labels?: Labels
  /** Orders, one after the other. */
  runs: readonly AttackRun[]
  /** Largest offset that the policy allows; default: any. */
  offsetMax?: number
  /** Runtimes in which there is a way to try it; default: all. */
  runtimes?: readonly HostileRuntime[]
  /** Without the gate: values that the execution may write; default: as many as the policy has. */
  valuesWithoutGate?: number
  /** Without the gate there is no sandbox either. */
  isBare?: boolean
  /** Without the gate: the same runs, but nothing is refused, and this is the error, which is not rounded. */
  errorOf?(leak: Leak, given: Given, run: AttackRun): number
  /** Bits that a sponsor reads in one run; `all` are the leaks of every run. */
  decode(leak: Leak, context: { given: Given; all: readonly Leak[] }): number[]
  /** Bits that this run went for. */
  secret(given: Given, run: AttackRun): number[]
}
