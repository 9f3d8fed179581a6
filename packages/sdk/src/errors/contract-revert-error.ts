import { ProtocolError } from '@gristmill/protocol'
import { REVERT_REMEDIES } from './revert-remedies.js'

/**
 * Thrown when a contract refused a call. `code` is `errorName` in UPPER_SNAKE: Orders_QuoteExpired, ORDERS_QUOTE_EXPIRED.
 *
 * @remedy By its code: see [Contracts](#contracts).
 */
export class ContractRevertError extends ProtocolError {
  readonly code: string
  /** As declared in Solidity; `UnknownRevert` if no contract of the protocol declares it. */
  readonly errorName: string
  /** By parameter name; integers are bigints, field names are decoded. */
  readonly args: Readonly<Record<string, unknown>>

  constructor(errorName: string, args: Readonly<Record<string, unknown>>, cause?: unknown) {
    const values = Object.entries(args).map(([name, value]) => `${name} ${String(value)}`)
    const remedy = REVERT_REMEDIES[errorName] ?? 'A contract refused the call for a reason of its own.'
    super(`${remedy} (${[errorName, ...values].join(', ')})`, {
      details: {
        errorName,
        args: Object.fromEntries(Object.entries(args).map(([name, value]) => [name, String(value)])),
      },
      ...(cause === undefined ? {} : { cause }),
    })
    this.code = upperSnake(errorName)
    this.errorName = errorName
    this.args = args
  }
}

function upperSnake(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toUpperCase()
}
