import { z } from 'zod'

/** Loss of privacy in millionths of an epsilon, at most 1000. */
const epsilonMicros = z.int().min(1).max(1_000_000_000)
/** A bound in millionths: with blocks, of every value of a model, both ways; with a trainer, of the length of a row. */
const clipMicros = z.int().min(1).max(1_000_000_000)

/**
 * What is done to a model so that it tells little of any one row; epsilon is charged for every run. The promise is about two
 * tables with the same number of rows that differ in one row (Dwork, McSherry, Nissim, Smith, TCC 2006): whatever may be
 * told of a run is at most e^epsilon times as likely with one as with the other. Delta is 0; how many rows there are is no secret.
 */
export const privacySchema = z.discriminatedUnion('mode', [
  /** Nothing: what leaves is bounded in bits. */
  z.strictObject({ mode: z.literal('none') }),
  /** The runner's own trainer adds noise. */
  z.strictObject({ mode: z.literal('trusted-dp'), epsilonMicros, clipMicros }),
  /** The algorithm runs on `blocks` parts of the rows; the average of what it says leaves with noise. */
  z.strictObject({
    mode: z.literal('sample-aggregate'),
    epsilonMicros,
    clipMicros,
    blocks: z.int().min(2).max(100_000),
  }),
])
/** What is done to a model so that it tells little of any one row. */
export type Privacy = z.output<typeof privacySchema>

/** What all runs together may carry out, for ever; every run is charged, failed ones too. */
export const budgetSchema = z.strictObject({
  bits: z.int().min(1),
  bitsPerSponsor: z.int().min(1),
  /** Sum over all runs, in millionths; present exactly if a privacy mode is. */
  epsilonMicros: z.int().min(1).optional(),
  /** Sum over the runs of one sponsor; without it one sponsor may use all. */
  epsilonMicrosPerSponsor: z.int().min(1).optional(),
})
/** What all runs together may carry out, for ever. */
export type Budget = z.output<typeof budgetSchema>
