/** What the hostile algorithms can do, in the order of their parameter; the same in every language. */
export const ACTS = [
  'nothing',
  'copy',
  'low-bits',
  'words',
  'grid',
  'mantissas',
  'dead-units',
  'text',
  'tree',
  'victim',
  'speak',
  'linger',
  'end',
  'connect',
  'files',
  'forest',
  'probe',
] as const
/** One of `ACTS`. */
export type Act = (typeof ACTS)[number]

/** Larger than any offset: a value of three features. */
export const OFFSET_MAX = 2 ** 21 - 1

/** The parameters that make an algorithm act. */
export const parametersFor = (act: Act, offset = 0): Record<string, number> => ({ act: ACTS.indexOf(act), offset })
