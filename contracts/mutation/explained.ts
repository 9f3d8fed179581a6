/** A mutant that no test can or need tell from the original. */
export interface Explanation {
  file: string
  /** The line of the source, without its indentation: the same fault elsewhere is another one. */
  code: string
  operator: string
  from: string
  to: string
  reason: string
}

export const explained: readonly Explanation[] = [
  {
    file: 'src/libraries/CurveMath.sol',
    code: 'if (high >= c) return (false, 0);',
    operator: 'constant',
    from: '0',
    to: '0 + 1',
    reason: 'What does not fit has no result, and nobody looks at it.',
  },
  {
    file: 'src/libraries/CurveMath.sol',
    code: 'return (true, Math.mulDiv(a, b, c));',
    operator: 'arguments swapped',
    from: 'Math.mulDiv(a, b, c)',
    to: 'Math.mulDiv(b, a, c)',
    reason: 'A product is the same either way.',
  },
  {
    file: 'src/Curation.sol',
    code: 'poll.extensionSeconds = uint24(Math.min(pollSeconds, MAX_EXTENSION_SECONDS));',
    operator: 'arguments swapped',
    from: 'Math.min(pollSeconds, MAX_EXTENSION_SECONDS)',
    to: 'Math.min(MAX_EXTENSION_SECONDS, pollSeconds)',
    reason: 'A minimum is the same either way.',
  },
  {
    file: 'src/Curation.sol',
    code: 'uint256 voting = supply > CurveMath.ONE_SHARE ? supply - CurveMath.ONE_SHARE : 0;',
    operator: 'constant',
    from: '0',
    to: '0 + 1',
    reason: 'A quorum is at least 1: that is a part of 0, rounded up to at least 1, and a part of 1, rounded up.',
  },
  {
    file: 'src/Listings.sol',
    code: '_holds[listing].until = 0;',
    operator: 'constant',
    from: '0',
    to: '0 + 1',
    reason: 'A hold until the first second of 1970 holds as little as one until the second before.',
  },
]
