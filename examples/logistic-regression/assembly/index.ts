import { Problem } from './problem'
import { train } from './train'

/** Version of the interface that this module speaks. */
export function gristmill_abi(): i32 {
  return 1
}

/** Gives the runner `bytes` bytes, aligned to 8; they are never freed, the module runs once. */
export function gristmill_alloc(bytes: i32): i32 {
  return <i32>heap.alloc(<usize>bytes)
}

/** Reads the problem at `input`, writes coef and intercept at `output`, returns the number of bytes written. */
export function gristmill_run(input: i32, inputBytes: i32, output: i32, outputBytes: i32): i32 {
  const problem = new Problem(<usize>input)
  // A policy with other tensors than ours: give up rather than write nonsense.
  if (problem.outputs != problem.scores * (problem.dimensions + 1)) return -1
  if (problem.endsAt != <usize>(input + inputBytes) || problem.parameters != 3) return -1
  train(problem, <usize>output)
  return outputBytes
}
