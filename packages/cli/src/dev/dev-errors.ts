import { ProtocolError } from '@gristmill/protocol'

/** Thrown when a command is for local networks only. */
export class NotDevNetworkError extends ProtocolError {
  readonly code = 'NOT_DEV_NETWORK' as const
  readonly next = 'gristmill dev'

  constructor(rpcUrl: string, cause?: unknown) {
    super(`What answers at ${rpcUrl} is no local network of gristmill dev: start one, or go to the folder of yours.`, {
      details: { rpcUrl },
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

/** Thrown when a local network would be removed while it runs. */
export class DevNetworkRunsError extends ProtocolError {
  readonly code = 'DEV_NETWORK_RUNS' as const

  constructor(directory: string, cause?: unknown) {
    super(`The local network in ${directory} is running: end it with Ctrl-C where it was started, then try again.`, {
      details: { directory },
      ...(cause === undefined ? {} : { cause }),
    })
  }
}
