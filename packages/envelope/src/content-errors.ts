import { ProtocolError } from '@gristmill/protocol'

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

/** Thrown when a `ContentHasher` is used after its digest, or again before the last update has finished. */
export class HasherStateError extends ProtocolError {
  readonly code = 'HASHER_STATE' as const

  constructor(state: 'busy' | 'finished') {
    super(
      state === 'busy'
        ? 'The hasher is still working on the last chunk. Await update() before the next call.'
        : 'The hasher has given its digest. Make a new one for the next asset.',
      { details: { state } },
    )
  }
}
