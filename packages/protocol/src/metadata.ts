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

/** Public description of a listing, written by its maker; `metadataHash` commits to it. */
export const metadataSchema = z.strictObject({
  version: z.literal(1),
  name: text(200),
  description: z.string().max(20_000).default(''),
  /** SPDX identifier or a URL. */
  license: text(500),
  files: assetFilesSchema,
  rows: smallUintSchema(53).optional(),
  columns: z
    .array(z.strictObject({ name: text(200), type: z.enum(['number', 'category', 'text']) }))
    .max(4096)
    .optional(),
  keywords: z.array(text(100)).max(50).optional(),
  /** sha256 of the asset; only if the maker asks for it: a low-entropy asset can be guessed from it. */
  sha256: bytes32Schema.optional(),
})
/** Public description of a listing, written by its maker; `metadataHash` commits to it. */
export type Metadata = z.output<typeof metadataSchema>
