import { LISTING_SORTS, type ListingSort } from '@gristmill/protocol'
import { z } from 'zod'
import { RequestInvalidError } from '../api/request-errors.js'

/** Where a page of the catalogue ended: by value, so that a listing that changes since moves no other. */
export interface CatalogueCursor {
  sort: ListingSort
  /** What the sort compares, as text; empty for the newest. */
  value: string
  position: number
}

const position = z.int().min(0)
const digits = z.string().regex(/^(0|[1-9][0-9]{0,28})$/)
const cursorSchema = z.union([
  z.tuple([z.literal('newest'), z.literal(''), position]),
  z.tuple([z.literal('price'), digits, position]),
  z.tuple([z.literal('size'), digits.max(16), position]),
  z.tuple([
    z.literal('name'),
    z
      .string()
      .max(400)
      .regex(/^[^\p{Cc}\p{Cs}]*$/u),
    position,
  ]),
])

/** The cursor as a client carries it. */
export function encodeCursor({ sort, value, position }: CatalogueCursor): string {
  return Buffer.from(JSON.stringify([sort, value, position])).toString('base64url')
}

/** Reads a cursor that came from outside; it has to be of the sort that is asked for. */
export function decodeCursor(text: string, sort: ListingSort): CatalogueCursor {
  const parsed = cursorSchema.safeParse(parseJson(text))
  if (!parsed.success) throw wrong('is no cursor: pass `next` of the page before')
  const [cursorSort, value, position] = parsed.data
  if (cursorSort !== sort) throw wrong(`belongs to another sort of ${LISTING_SORTS.join(', ')}`)
  return { sort, value, position }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}

function wrong(fault: string): RequestInvalidError {
  return new RequestInvalidError([{ path: 'after', fault }])
}
