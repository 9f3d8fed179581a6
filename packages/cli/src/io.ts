/** Where text goes. `process.stdout` is one. */
export interface Sink {
  /** Takes text; what it returns is ignored. */
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

/** Where answers come from. `process.stdin` is one. */
export interface Source extends NodeJS.ReadableStream {
  isTTY?: boolean
  readonly readableEnded?: boolean
  /** Turns the echo of a terminal off and on. */
  setRawMode?(raw: boolean): unknown
}

/** What a run of the command line touches beside files and network. */
export interface Host {
  /** Results. */
  stdout: Sink
  /** Everything else. */
  stderr: Sink
  stdin: Source
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  /** Milliseconds. */
  now(): number
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
}

/** What became of a transaction. */
export interface SentTransaction {
  /** `vault.withdraw` */
  name: string
  state: 'sent' | 'confirmed'
}

/** A host during one run. */
export interface Io extends Host {
  /** With `--json` away from a terminal: nothing but an error is said. */
  quiet: boolean
  /** What a person must know if the run ends here: set by `leaveWord`, printed on Ctrl-C. */
  word: string | undefined
  /** What was sent in this run, by hash. */
  transactions: Map<string, SentTransaction>
  /** Ctrl-C is how the command ends, see `untilInterrupted`. */
  serves: boolean
}

/** Ends a run on Ctrl-C. */
export class Interrupted extends Error {}

/** Waits for Ctrl-C, which from here on is how the command ends and not an interruption: it stops what it runs and returns. */
export function untilInterrupted(io: Io): Promise<void> {
  io.serves = true
  return new Promise((resolve) => {
    if (io.signal.aborted) resolve()
    else io.signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Ends a run with success before anything is signed. */
export class DryRunEnded extends Error {}

/** Remembers what to tell who interrupts the run from here on: what state things are in and the command to go on with. */
export function leaveWord(io: Io, word: string | undefined): void {
  io.word = word
}

/** True where a person can be asked. */
export function isInteractive({ stdin, stderr }: Pick<Io, 'stdin' | 'stderr'>): boolean {
  return stdin.isTTY === true && stderr.isTTY === true
}
