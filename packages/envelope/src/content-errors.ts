// Alone: threads that hash and encrypt need nothing else of the protocol, whose schemas would take 25 MiB in each.
import { ProtocolError } from '@gristmill/protocol/error'

/** Thrown when an asset has no bytes: it has no cells, hence no content root. */
export class EmptyAssetError extends ProtocolError {
  readonly code = 'EMPTY_ASSET' as const

  constructor() {
    super('The asset is empty. Send at least one byte.')
  }
}

/** Thrown when a size, an index or the length of a secret is outside what the cell format allows. */
export class ContentRangeError extends ProtocolError {
  readonly code = 'CONTENT_RANGE' as const

  constructor(what: string, value: number, expected: string) {
    super(`${what} is ${value}, expected ${expected}. Correct the value.`, { details: { what, value, expected } })
  }
}

const STATES = {
  busy: 'The hasher is still working on the last chunk. Await update() before the next call.',
  finished: 'The hasher has given its digest. Make a new one for the next asset.',
  unfinished: 'The asset has not been read to its end. Read `data` first, then take the digest.',
} as const

/**
 * Thrown when a `ContentHasher` is used after its digest, or again before the last update has finished; or when the digest
 * of an asset that is being sealed is asked for before its end.
 *
 * @remedy Await `update()`, or read `data` to its end, before the next call; make a new hasher for the next asset.
 */
export class HasherStateError extends ProtocolError {
  readonly code = 'HASHER_STATE' as const

  constructor(state: keyof typeof STATES) {
    super(STATES[state], { details: { state } })
  }
}
