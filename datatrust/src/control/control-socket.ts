import { join } from 'node:path'

/** Longest path of a socket that every system takes, bytes. */
const SOCKET_PATH_BYTES_MAX = 103

/** Where a running datatrust takes requests of whoever may enter its directory; undefined if the path is too long. */
export function controlSocketOf(dataDirectory: string): string | undefined {
  const path = join(dataDirectory, 'control', 'socket')
  return Buffer.byteLength(path) > SOCKET_PATH_BYTES_MAX ? undefined : path
}
