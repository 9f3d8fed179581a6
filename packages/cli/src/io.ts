/** Where text goes. */
export interface Sink {
  write(text: string): unknown
}

/** What a run of the command line touches beside files and network. */
export interface Io {
  /** Results. */
  stdout: Sink
  /** Everything else. */
  stderr: Sink
  env: Readonly<Record<string, string | undefined>>
  cwd: string
}
