import { ProtocolError } from '@gristmill/protocol'

/**
 * Thrown when a cell of a fair delivery decrypts to something else than was promised.
 *
 * @remedy Prove it with `evidenceOf` and `Orders.complain`; `client.orders.download` has done so before it throws.
 */
export class WrongCellError extends ProtocolError {
  readonly code = 'WRONG_CELL' as const
  /** Counted from 0. */
  readonly cell: number

  constructor(cell: number) {
    super(`Cell ${cell} is not what was promised. Prove it on chain: complain.`, { details: { cell } })
    this.cell = cell
  }
}
