import { ProtocolError } from '@gristmill/protocol'

/** The command line is not understood. */
export class DemoUsageError extends ProtocolError {
  readonly code = 'DEMO_USAGE' as const
}

/** The file given with --data cannot be used. */
export class DemoDataError extends ProtocolError {
  readonly code = 'DEMO_DATA' as const
}

/** Something came out otherwise than promised: the demo is a test, too. */
export class DemoFailedError extends ProtocolError {
  readonly code = 'DEMO_FAILED' as const
}

/** Somebody pressed Ctrl-C. */
export class DemoInterruptedError extends ProtocolError {
  readonly code = 'DEMO_INTERRUPTED' as const
}
