import { z } from 'zod'
import { addressSchema } from '../address.js'
import { bytes32Schema } from '../hex.js'
import { KINDS } from '../kind.js'
import { uintSchema } from '../numbers.js'

/** How a catalogue is sorted: the newest, the cheapest, the first by name, or the smallest first. */
export const LISTING_SORTS = ['newest', 'price', 'name', 'size'] as const
/** One of `LISTING_SORTS`. */
export type ListingSort = (typeof LISTING_SORTS)[number]

/** Words of one search. */
export const SEARCH_WORDS_MAX = 8

const LIMIT_MAX = 100

const searchSchema = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'control characters are not allowed')
  .refine((text) => searchWords(text).length <= SEARCH_WORDS_MAX, `at most ${SEARCH_WORDS_MAX} words`)

/** Words of a search, as they are compared: without case. */
export function searchWords(text: string): string[] {
  return searchable(text)
    .split(/\s+/)
    .filter((word) => word !== '')
}

/** Text as it is compared: composed (NFC), in lower case. */
export function searchable(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

/** GET /v1/listings?…: which part of the catalogue, and in which order. Query parameters are text. */
export const listListingsSchema = z
  .strictObject({
    /** Every word has to be in the name, the description, the licence, a keyword or the name of a column. */
    words: searchSchema.optional(),
    market: bytes32Schema.optional(),
    /** ERC-20 in which the prices count. */
    asset: addressSchema.optional(),
    maker: addressSchema.optional(),
    /** Only what is sold in this way. */
    kind: z.enum(KINDS).optional(),
    /** Highest price, units of the asset's decimals: of `kind`, or of the cheaper service. */
    maxPrice: uintSchema(96).optional(),
    /** `true`: only what takes no orders any more; `false`: only what does. Default: both. */
    exited: z
      .enum(['true', 'false'])
      .transform((value) => value === 'true')
      .optional(),
    sort: z.enum(LISTING_SORTS).default('newest'),
    /** Listings of one page. */
    limit: z
      .string()
      .regex(/^[1-9][0-9]{0,2}$/, 'expected a number')
      .transform(Number)
      .refine((limit) => limit <= LIMIT_MAX, `at most ${LIMIT_MAX}`)
      .default(LIMIT_MAX),
    /** `next` of the page before; only with the same `sort`. */
    after: z.string().min(1).max(2_000).optional(),
  })
  // Units of one asset say nothing about another's.
  .refine(
    ({ maxPrice, sort, market, asset }) =>
      (maxPrice === undefined && sort !== 'price') || market !== undefined || asset !== undefined,
    'prices are compared within one market or one asset: name it',
  )
/** GET /v1/listings?…: which part of the catalogue, and in which order. Query parameters are text. */
export type ListListings = z.output<typeof listListingsSchema>
