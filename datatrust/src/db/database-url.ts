import { inspect } from 'node:util'

/** Where a PostgreSQL database is. It may hold a password: whatever prints it gets host and name only. */
export class DatabaseUrl {
  readonly #text: string
  /** Host and name, for logs and errors. */
  readonly label: string

  constructor(text: string) {
    const { hostname, port, pathname } = parse(text)
    this.#text = text
    this.label = `${decodeURIComponent(hostname)}${port === '' ? '' : `:${port}`}${pathname}`
  }

  /** The URL itself, for the driver only. */
  reveal(): string {
    return this.#text
  }

  /** The label. */
  toString(): string {
    return this.label
  }

  /** The label. */
  toJSON(): string {
    return this.label
  }

  /** The label. */
  [inspect.custom](): string {
    return `DatabaseUrl(${this.label})`
  }
}

/** True for a URL of PostgreSQL that names host and database. */
export function isDatabaseUrl(text: string): boolean {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}

function parse(text: string): URL {
  if (!URL.canParse(text)) throw wrong()
  const url = new URL(text)
  const isPostgres = url.protocol === 'postgres:' || url.protocol === 'postgresql:'
  if (!isPostgres || url.hostname === '' || url.pathname.length < 2) throw wrong()
  return url
}

/** Without the text: URL's own errors quote it. */
function wrong(): TypeError {
  return new TypeError('a database URL is postgresql://USER:PASSWORD@HOST:PORT/NAME')
}
