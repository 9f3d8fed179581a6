import { ProtocolError, type Reexecution } from '@gristmill/protocol'

/**
 * Thrown when a file is not what a run was made of: nothing follows from repeating it with that.
 *
 * @remedy Take the very file: the data as it was listed, the algorithm as it was sent, the opening that the operator wrote for this order.
 */
export class NotOfRunError extends ProtocolError {
  readonly code = 'NOT_OF_RUN' as const

  constructor(what: 'opening' | 'algorithm' | 'data', expected: string, actual: string) {
    super(`${OF_RUN[what]}: the run was of ${expected}, this is ${actual}. Nothing was run.`, {
      details: { what, expected, actual },
    })
  }
}

const OF_RUN = {
  opening: 'The opening is of another run, or was changed (its hash)',
  algorithm: 'The algorithm is another one, or was changed (its sha256)',
  data: 'The data is other data, or was changed (its contentRoot)',
} as const

/**
 * Thrown when a run cannot be repeated here, for it was run by another version, or under other limits.
 *
 * @remedy Install the version of Gristmill, and of the runtime, that the datatrust ran it with; it has to name the same digest.
 */
export class RuntimeMismatchError extends ProtocolError {
  readonly code = 'RUNTIME_MISMATCH' as const

  constructor(runtime: string, expected: string, actual: string) {
    super(
      `The run was by ${runtime} ${expected}, this machine has ${actual}: repeat it with the version and the limits that the datatrust had.`,
      { details: { runtime, expected, actual } },
    )
  }
}

/**
 * Thrown when a run that was repeated came to something else than its receipt says.
 *
 * @remedy Keep the report and the receipt: with a deterministic runtime they show an arbiter that the receipt is wrong.
 */
export class NotReproducedError extends ProtocolError {
  readonly code = 'NOT_REPRODUCED' as const

  constructor(orderId: string, { checks, isDeterministic }: Reexecution) {
    const differs = checks.filter(({ isMet }) => !isMet).map(({ what }) => what)
    super(
      `The run of order ${orderId} came to another ${differs.join(', ')} here than its receipt says${isDeterministic ? '' : '; its runtime does not promise the same output, so this proves nothing by itself'}.`,
      { details: { orderId, differs, isDeterministic } },
    )
  }
}

/**
 * Thrown when a run over several listings is to be repeated with the data of one.
 *
 * @remedy Have its operator repeat it, or order a run on one listing: a joint run takes the data of all, and an opening of each.
 */
export class JointRunError extends ProtocolError {
  readonly code = 'JOINT_RUN' as const

  constructor(orderId: string, runId: string) {
    super(
      `Order ${orderId} is one of run ${runId} over several listings, which came to what it did with the data of all: it cannot be repeated with that of one.`,
      { details: { orderId, runId } },
    )
  }
}
