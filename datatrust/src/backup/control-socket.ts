import { join } from 'node:path'

/** Longest path of a socket that every system takes, bytes. */
const SOCKET_PATH_BYTES_MAX = 103

/** Where a running datatrust is asked for a backup, by whoever may enter its directory; undefined if that is too long. */
export function controlSocketOf(dataDirectory: string): string | undefined {
  const path = join(dataDirectory, 'control', 'socket')
  return Buffer.byteLength(path) > SOCKET_PATH_BYTES_MAX ? undefined : path
}

/** What is asked over the socket, a line of JSON. */
export interface ControlRequest {
  backup: { to: string }
}
