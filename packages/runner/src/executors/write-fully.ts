import { writeSync } from 'node:fs'

/** Writes all bytes to a descriptor before it returns: what Node's streams still hold is lost when the runner ends a process. */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done)
}
