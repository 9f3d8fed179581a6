// A hostile algorithm that would tell its rows to its host, were there one that listens.

@external("env", "tell")
declare function tell(value: i32): void

export function gristmill_abi(): i32 {
  return 1
}

export function gristmill_alloc(bytes: i32): i32 {
  return <i32>heap.alloc(<usize>bytes)
}

export function gristmill_run(input: usize, inputBytes: i32, output: usize, outputBytes: i32): i32 {
  const rows = load<i32>(input)
  const labels = input + 56 + 8 * <usize>load<i32>(input, 12)
  const features = labels + 8 * <usize>((rows + 1) >> 1)
  for (let at = 0; at < rows * load<i32>(input, 4); at++)
    tell(<i32>nearest(load<f64>(features + 8 * <usize>at) * 127))
  return outputBytes
}
