import { z } from 'zod'
import { bytes32Schema } from './hex.js'
import { smallUintSchema } from './numbers.js'

const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'control characters are not allowed')

/** A file name without a path: what a buyer may write to disk as it is. */
export const fileNameSchema = text(255)
  .refine((name) => !/[/\\:*?"<>|]/.test(name), 'a file name may not hold / \\ : * ? " < > |')
  .refine((name) => name !== '.' && name !== '..' && !/^\s|[\s.]$/.test(name), 'not a safe file name')

/** One file of an asset; files lie one behind the other in the asset's bytes. */
export const assetFileSchema = z.strictObject({
  name: fileNameSchema,
  sizeBytes: smallUintSchema(53).refine((size) => size > 0, 'an empty file cannot be listed'),
})
/** One file of an asset; files lie one behind the other in the asset's bytes. */
export type AssetFile = z.output<typeof assetFileSchema>

/** Ordered files of an asset, names unique. */
export const assetFilesSchema = z
  .array(assetFileSchema)
  .min(1)
  .max(1000)
  .refine((files) => new Set(files.map((file) => file.name.toLowerCase())).size === files.length, 'file names repeat')

/** Rows of a public sample. */
export const SAMPLE_ROWS_MAX = 100
const SAMPLE_CHARACTERS_MAX = 100_000

/** What the maker chose to tell about the values of a column; each of it discloses something about the rows. */
export const columnStatisticsSchema = z.strictObject({
  /** Empty cells. */
  missing: smallUintSchema(53),
  /** Distinct values: exact up to 1,024, an estimate above. */
  distinct: smallUintSchema(53),
  /** Of columns of numbers. */
  min: z.number().optional(),
  max: z.number().optional(),
  mean: z.number().optional(),
})
/** What the maker chose to tell about the values of a column; each of it discloses something about the rows. */
export type ColumnStatistics = z.output<typeof columnStatisticsSchema>

const columnSchema = z.strictObject({
  name: text(200),
  type: z.enum(['number', 'category', 'text']),
  statistics: columnStatisticsSchema.optional(),
})

const creatorSchema = z.strictObject({
  kind: z.enum(['person', 'organization']),
  name: text(200),
  url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional(),
})

/**
 * Public description of a listing, written by its maker; `metadataHash` commits to it. `croissantOf` renders it as Croissant 1.1,
 * so the chain commits to that, too.
 */
export const metadataSchema = z
  .strictObject({
    version: z.literal(1),
    name: text(200),
    description: z.string().max(20_000).default(''),
    /** SPDX identifier or a URL. */
    license: text(500),
    creator: creatorSchema.optional(),
    /** As YYYY-MM-DD. */
    datePublished: z.iso.date().optional(),
    files: assetFilesSchema,
    /** sha256 of each file, in their order; only if the maker wants it: content that can be guessed can be confirmed by it. */
    checksums: z.array(bytes32Schema).max(1000).optional(),
    rows: smallUintSchema(53).optional(),
    columns: z
      .array(columnSchema)
      .max(4096)
      .refine((columns) => new Set(columns.map(({ name }) => name)).size === columns.length, 'column names repeat')
      .optional(),
    keywords: z.array(text(100)).max(50).optional(),
    /** Rows that the maker gives away, as text in the order of `columns`. */
    sample: z
      .array(z.array(z.string().max(1_000)))
      .max(SAMPLE_ROWS_MAX)
      .optional(),
  })
  .refine(({ files, checksums }) => checksums === undefined || checksums.length === files.length, {
    path: ['checksums'],
    message: 'name one for each file',
  })
  .refine(({ sample, columns }) => sample === undefined || sample.every((row) => row.length === columns?.length), {
    path: ['sample'],
    message: 'a row has as many cells as there are columns',
  })
  .refine(({ sample = [] }) => sample.flat().join('').length <= SAMPLE_CHARACTERS_MAX, {
    path: ['sample'],
    message: `has more than ${SAMPLE_CHARACTERS_MAX} characters`,
  })
/** Public description of a listing, written by its maker; `metadataHash` commits to it. */
export type Metadata = z.output<typeof metadataSchema>
