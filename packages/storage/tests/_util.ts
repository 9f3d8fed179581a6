import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'gristmill-storage-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** `sizeBytes` bytes that depend on their position, in chunks of `chunkBytes`. */
export async function* bytesOf(sizeBytes: number, chunkBytes = 1000): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < sizeBytes; offset += chunkBytes)
    yield patternOf(offset, Math.min(chunkBytes, sizeBytes - offset))
}

export function patternOf(offset: number, sizeBytes: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, i) => ((offset + i) * 31 + ((offset + i) >> 8)) & 0xff)
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  // A chunk is good until the next one is asked for.
  for await (const chunk of source) chunks.push(Uint8Array.from(chunk))
  return new Uint8Array(Buffer.concat(chunks))
}

/** Every file below `directory`, as paths within it. */
export async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .filter((path) => !path.includes('lock.sqlite'))
    .sort()
}

/** Runs a script of tests/children and gives it with the first line it prints. */
export async function runChild(script: string, directory: string): Promise<{ child: ChildProcess; line: string }> {
  const here = import.meta.dirname
  const child = spawn(process.execPath, [join(here, 'children', script), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, line }
}

export async function killNow(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}
