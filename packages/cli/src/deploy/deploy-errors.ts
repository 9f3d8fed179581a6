import { ProtocolError } from '@gristmill/protocol'

/**
 * Thrown when a file of an earlier deployment cannot be used.
 *
 * @remedy Check its permissions, move it away, or give up the unfinished deployment with `gristmill deploy --anew`.
 */
export class DeploymentFileError extends ProtocolError {
  readonly code = 'DEPLOYMENT_FILE' as const

  constructor(file: string, problem: string, cause?: unknown) {
    super(`${file} ${problem}`, { details: { file }, ...(cause === undefined ? {} : { cause }) })
  }
}

/** Thrown when a deployment is begun anew where a finished one is. */
export class DeploymentDoneError extends ProtocolError {
  readonly code = 'DEPLOYMENT_DONE' as const

  constructor(file: string) {
    super(`${file} is a finished deployment: it is kept; name another folder with --out for a second one.`, {
      details: { file },
    })
  }
}

/** Thrown when another process deploys into the same folder. */
export class DeploymentRunsError extends ProtocolError {
  readonly code = 'DEPLOYMENT_RUNS' as const

  constructor(directory: string, cause: unknown) {
    super(`Another process is deploying into ${directory}: wait for it, or name another folder with --out.`, {
      details: { directory },
      cause,
    })
  }
}
