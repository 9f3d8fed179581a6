import { ProtocolError, type ProtocolErrorOptions } from '@gristmill/protocol'

/**
 * Something went wrong on the side of an engine, never on that of the algorithm. Words and details are for the operator:
 * a sponsor is told nothing.
 */
export abstract class EngineError extends ProtocolError {
  /** Whatever ails an engine may be mended without a change to the job. */
  override readonly retryable = true
  readonly engine: string

  constructor(engine: string, message: string, options: ProtocolErrorOptions = {}) {
    super(message, { ...options, details: { engine, ...options.details } })
    this.engine = engine
  }
}

/**
 * Thrown when an engine does not answer in time, after all retries.
 *
 * @remedy See whether the service of the engine is up and can be reached; orders are tried again by themselves.
 */
export class EngineUnavailableError extends EngineError {
  readonly code = 'ENGINE_UNAVAILABLE'

  constructor(engine: string, operation: string, cause?: unknown) {
    super(engine, `The ${engine} engine did not answer "${operation}". See whether its service is up and reachable.`, {
      details: { operation },
      cause,
    })
  }
}

/**
 * Thrown when an engine answers what it may not: no JSON, too much, fields that are missing or mean nothing.
 *
 * @remedy Check the URL of the engine and its version: what answers there is another service, or a version that is not known.
 */
export class EngineAnswerError extends EngineError {
  readonly code = 'ENGINE_ANSWER'

  constructor(engine: string, operation: string, fault: string) {
    super(engine, `The ${engine} engine answered "${operation}" with nonsense: ${fault}. Check its URL and version.`, {
      details: { operation, fault },
    })
  }
}

/**
 * Thrown when an engine understands and says no.
 *
 * @remedy Check the rights of the datatrust at the engine, and the placement of jobs: partition, features, account.
 */
export class EngineRefusedError extends EngineError {
  readonly code = 'ENGINE_REFUSED'

  constructor(engine: string, operation: string, reason: string) {
    super(
      engine,
      `The ${engine} engine refused "${operation}": ${reason}. Check the rights and the placement of jobs.`,
      {
        details: { operation, reason },
      },
    )
  }
}

/**
 * Thrown when a sandbox ended before it had read its algorithm: the machine has no memory, processes or namespaces left, or
 * an update is under way.
 *
 * @remedy See what `gristmill datatrust doctor` says, and what the machine lacks; orders are tried again by themselves.
 */
export class SandboxStartError extends EngineError {
  readonly code = 'SANDBOX_START'

  constructor(engine: string, reason: string, cause?: unknown) {
    super(engine, `A sandbox of ${engine} did not start: ${reason}. See what the machine lacks.`, {
      details: { reason },
      cause,
    })
  }
}

/**
 * Thrown when what an engine runs could reach the network, or more than an algorithm may, so that it is handed no job.
 *
 * @remedy On Kubernetes, use a network plugin that keeps network policies, and remove those that open what is labelled as
 *   ours. For containers, use an engine that does what it is told.
 */
export class EngineNotIsolatedError extends EngineError {
  readonly code = 'ENGINE_NOT_ISOLATED'

  constructor(engine: string, reason: string) {
    super(engine, `The ${engine} engine does not keep in what it runs: ${reason}. It is handed no job.`, {
      details: { reason },
    })
  }
}

/**
 * Thrown when a job was lost again and again: its node died each time, or cannot run the executor.
 *
 * @remedy Mend the nodes that `details.reason` speaks of; the order is tried again until its time is over.
 */
export class EngineJobLostError extends EngineError {
  readonly code = 'ENGINE_JOB_LOST'

  constructor(engine: string, reason: string) {
    super(
      engine,
      `The ${engine} engine lost a job: ${reason}. Mend the nodes; the order is tried again until its end.`,
      {
        details: { reason },
      },
    )
  }
}

/**
 * Thrown when a job did not end in the time that its caller has for it.
 *
 * @remedy See why the job waits, and give it room or more time; it was cancelled.
 */
export class EngineTimeoutError extends EngineError {
  readonly code = 'ENGINE_TIMEOUT'

  constructor(engine: string, waitMs: number) {
    super(
      engine,
      `A job of the ${engine} engine did not end within ${waitMs} ms. See why it waits; it was cancelled.`,
      {
        details: { waitMs },
      },
    )
  }
}
