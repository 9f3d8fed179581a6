import type { Hex, Isolation, Runtime, Verdict } from '@gristmill/protocol'

/** Version of the interface between algorithm and runner, see ALGORITHM.md: 2 is 1, and number labels. */
export const ALGORITHM_ABI = 2

/** Hard limits of one execution. */
export interface ExecutionLimits {
  /** In the unit of the runtime: instructions (wasm), turns and calls (js), microseconds of processor time (python). */
  fuel: bigint
  /** Of the algorithm's memory; a multiple of 64 KiB. */
  memoryBytes: number
  /** Wall clock, the last resort: fuel should end a run first. */
  timeoutMs: number
  /** Of the algorithm itself. */
  moduleBytes: number
}

/** What to execute. */
export interface ExecutionSpec {
  /** The algorithm's bytes. */
  algorithm: Uint8Array
  /** The input buffer of ALGORITHM.md. */
  input: Uint8Array
  /** Exactly what the algorithm has to write. */
  outputBytes: number
}

/** How an execution may end on the algorithm's side. */
export type ExecutionStatus = Exclude<Verdict, 'CHECK' | 'REVIEW'>

/** How an execution ended. Everything but `status` is for the owner's eyes: it depends on private data. */
export interface Execution {
  status: ExecutionStatus
  /** Only with status OK; `outputBytes` long. */
  output?: Uint8Array
  /** In the unit of the limit. */
  fuelUsed: bigint
  /** One of a few fixed words, for the owner. */
  reason: string
}

/** What an executor is and can do. */
export interface ExecutorCapabilities {
  name: string
  /** The runtimes whose algorithms it takes. */
  runtimes: readonly Runtime[]
  abi: number
  /** True if the same input always gives the same output and the same fuel. */
  deterministic: boolean
  /** What keeps an algorithm from each thing that is not its own. */
  isolation: Isolation
  limits: ExecutionLimits
  /** sha256 of the RFC 8785 JSON of name, versions and limits: what an order commits to. */
  runtimeDigest: Hex
}

/** Runs untrusted algorithms on private data. */
export interface Executor {
  /** What it can do and how far, for quotes and receipts. */
  capabilities(): ExecutorCapabilities
  /** Throws AlgorithmRefusedError if the algorithm can never run here; does not execute it. */
  inspect(algorithm: Uint8Array): Promise<void>
  /** Never throws because of the algorithm. */
  execute(spec: ExecutionSpec): Promise<Execution>
}
