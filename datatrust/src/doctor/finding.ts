/** What one probe of the doctor found. */
export interface Finding {
  check: 'keys' | 'disk' | 'database' | 'chain' | 'signer' | 'clock' | 'bucket' | 'containers' | 'engine'
  /** `warn`: it serves, and something is amiss. `fail`: it does not serve, or loses something. */
  status: 'ok' | 'warn' | 'fail'
  message: string
  /** What to do about it. */
  remedy?: string
}

export type Check = Finding['check']

export function ok(check: Check, message: string): Finding {
  return { check, status: 'ok', message }
}

export function warn(check: Check, message: string, remedy: string): Finding {
  return { check, status: 'warn', message, remedy }
}

export function fail(check: Check, message: string, remedy: string): Finding {
  return { check, status: 'fail', message, remedy }
}

/** A check that was broken off by an error: its words are the finding. Typed errors say what to do themselves. */
export function failed(check: Check, error: unknown, remedy: string): Finding {
  return fail(check, error instanceof Error ? error.message : 'it failed', remedy)
}
