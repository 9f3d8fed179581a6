import { z } from 'zod'

/** Most values that one encoded row holds. */
export const DIMENSIONS_MAX = 4096

const columnName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'control characters are not allowed')
const cell = z
  .string()
  .max(256)
  .regex(/^[^\p{Cs}]*$/u, 'lone surrogates are not allowed')
const unique = (values: readonly string[]) => new Set(values).size === values.length
/** Bounds are public, in millionths of the column's unit, and every value lies within them. */
const bounds = { minMicros: z.int(), maxMicros: z.int() }

/** A column of numbers; both bounds are public, in millionths of its unit, and every value lies within them. */
export const numberColumnSchema = z.strictObject({
  name: columnName,
  type: z.literal('number'),
  ...bounds,
})
/** A column of numbers; both bounds are public, in millionths of its unit, and every value lies within them. */
export type NumberColumn = z.output<typeof numberColumnSchema>

/** A column with one of a few public values in every row, encoded as one-hot in this order. */
export const categoryColumnSchema = z.strictObject({
  name: columnName,
  type: z.literal('category'),
  categories: z.array(cell).min(1).max(256).refine(unique, 'categories repeat'),
})
/** A column with one of a few public values in every row, encoded as one-hot in this order. */
export type CategoryColumn = z.output<typeof categoryColumnSchema>

export const featureColumnSchema = z.discriminatedUnion('type', [numberColumnSchema, categoryColumnSchema])
/** A column that a model learns from: numbers or categories. */
export type FeatureColumn = z.output<typeof featureColumnSchema>

const classLabelSchema = z.strictObject({
  name: columnName,
  classes: z.array(cell).min(2).max(64).refine(unique, 'classes repeat'),
})
/** A label that is one of a few classes; class 0 is the first. */
export type ClassLabel = z.output<typeof classLabelSchema>

const numberLabelSchema = z.strictObject({ name: columnName, ...bounds })
/**
 * A label that is a number; both bounds are public, in millionths of its unit, and every value lies within them. Algorithms
 * and models see it scaled to [-1, 1]: what says nothing (a leaf of zeros, a block that failed) then says the middle.
 */
export type NumberLabel = z.output<typeof numberLabelSchema>

/** The column that a model predicts: one of some classes, or a number. */
export const labelColumnSchema = z.xor([classLabelSchema, numberLabelSchema], { error: labelFault })
/** The column that a model predicts: one of some classes, or a number. */
export type LabelColumn = z.output<typeof labelColumnSchema>

/** What is wrong with a label, by the kind that it was meant to be. */
function labelFault({ input, errors }: { input?: unknown; errors?: readonly (readonly z.core.$ZodIssue[])[] }): string {
  const has = (field: string) => typeof input === 'object' && input !== null && Object.hasOwn(input, field)
  if (has('classes') && (has('minMicros') || has('maxMicros'))) {
    return 'a label has either classes or the bounds minMicros and maxMicros of a number, not both'
  }
  const [issue] = errors?.[has('minMicros') || has('maxMicros') ? 1 : 0] ?? []
  return issue === undefined ? 'no label' : [...issue.path, issue.message].join(': ')
}

/** What every row of the data looks like. Public: names, bounds, categories and classes are told to everybody. */
export const tableSchema = z.strictObject({
  /** In the order in which an algorithm sees them. */
  features: z.array(featureColumnSchema).min(1).max(1024),
  label: labelColumnSchema,
  /** Columns of the data that no algorithm gets to see. */
  ignored: z.array(columnName).max(1024),
})
/** What every row of the data looks like. Public: names, bounds, categories and classes are told to everybody. */
export type Table = z.output<typeof tableSchema>
