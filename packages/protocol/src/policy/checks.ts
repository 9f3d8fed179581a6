import { z } from 'zod'
import { TREE_DEPTH_MAX } from './family-tensors.js'
import { METRIC_NAMES } from './metric.js'

/** Texts in which the scan looks for rows beyond plain bytes. */
export const DECODERS = ['b64', 'hex', 'gzip'] as const
/** One of `DECODERS`. */
export type Decoder = (typeof DECODERS)[number]

/** What a model has to pass before it may leave, all measured by the runner on exactly what would be released. */
export const checksSchema = z.strictObject({
  /** Rows held back from every algorithm, in bps of all rows. */
  holdoutBps: z.int().min(100).max(5000),
  /** Residual degrees of freedom: refuses models that could store rows. */
  dof: z.strictObject({ minRowsPerParam: z.int().min(1).max(1_000_000) }),
  /** Refuses models below this metric on the held-back rows: one of which more is better. */
  utility: z
    .strictObject({
      metric: z.enum(METRIC_NAMES).exclude(['holdout_majority', 'holdout_rmse']),
      minMicros: z.int().min(0).max(1_000_000),
    })
    .optional(),
  /**
   * Refuses models that tell training rows from held-back ones: by the part of training rows that is recognised while 1 %
   * of the held-back ones is taken for one (true positives at a low rate of false ones: Carlini et al., "Membership
   * Inference Attacks From First Principles", IEEE S&P 2022), and by the accuracy on training rows beyond that on others; of a number
   * label by R² on training rows beyond that on others, each beside the mean of its own rows.
   * Guessing recognises 100 bps.
   */
  membership: z
    .strictObject({
      maxTprAt1FprBps: z.int().min(100).max(10_000),
      maxGapBps: z.int().min(0).max(10_000),
    })
    .optional(),
  /** Refuses trees deeper than this, and leaves that say something of fewer training rows. */
  tree: z
    .strictObject({
      minLeaf: z.int().min(1).max(1_000_000),
      maxDepth: z.int().min(1).max(TREE_DEPTH_MAX),
    })
    .optional(),
  /** Refuses models in which rows lie open. */
  scan: z
    .strictObject({
      /** Bytes in a row of the data's file that must not be found in the model's, nor in what it decodes to. */
      window: z.int().min(8).max(256),
      decoders: z
        .array(z.enum(DECODERS))
        .max(DECODERS.length)
        .refine((decoders) => new Set(decoders).size === decoders.length, 'a decoder repeats'),
      /** Values of one row in its order, other than 0 and 1, that must not stand side by side in a tensor. */
      numericRowRun: z.int().min(2).max(64),
    })
    .optional(),
})
/** What a model has to pass before it may leave. */
export type Checks = z.output<typeof checksSchema>

/** Largest model that the scan indexes; more would not fit the memory of its process. */
export const SCAN_MODEL_BYTES_MAX = 2 * 1024 * 1024

/** Rows that have to be held back for the membership check: of fewer, 1 % is less than one row. */
export const MEMBERSHIP_HOLDOUT_ROWS_MIN = 100
