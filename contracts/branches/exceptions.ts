/** An outcome that no test brings about. */
export interface Exception {
  file: string
  kind: string
  /** As the report shows it. */
  text: string
  reason: string
}

const PRECOMPILE =
  'the SHA-256 precompile fails for want of gas alone, and the call with it; that it answers is seen in every root'

export const exceptions: readonly Exception[] = [
  {
    file: 'src/libraries/ChaCha20.sol',
    kind: 'assembly',
    text: 'for { let offset := add(data, 0x20) } lt(offset, end) { offset := add(offset, 64) } { let a := const',
    reason: 'test/Fair/chacha20.test.ts compares texts of no block, of one and of many with a reference',
  },
  {
    file: 'src/libraries/TreeProof.sol',
    kind: 'assembly',
    text: 'if iszero(staticcall(gas(), 2, add(data, 0x1f), add(length, 1), 0, 0x20)) { revert(0, 0) }',
    reason: PRECOMPILE,
  },
  {
    file: 'src/libraries/TreeProof.sol',
    kind: 'assembly',
    text: 'if iszero(staticcall(gas(), 2, buffer, 0x41, 0, 0x20)) { revert(0, 0) }',
    reason: PRECOMPILE,
  },
]
