import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const PROBE = new URL('./children/probe.ts', import.meta.url)
// Where the program lies that the test stands in for, as built.
const built = new URL('../dist/executors/child-process.js', import.meta.url).href
const { runChild, foldersOf } = (await import(built)) as typeof import('../src/executors/child-process.js')

describe('the process of the gate', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gristmill-gate-'))
    await writeFile(join(directory, 'key'), 'secret')
  })
  afterAll(() => rm(directory, { recursive: true }))

  const probe = async (readable: string[]) => {
    const end = await runChild<Record<string, unknown>>({
      program: relative(fileURLToPath(new URL('.', built)), fileURLToPath(PROBE)),
      flags: [],
      readable,
      task: { secretFile: join(directory, 'key') },
      parts: [],
      answerBytesMax: 0,
      timeoutMs: 20_000,
    })
    if (end.kind !== 'answer') throw new Error(end.kind)
    return end.frame.head
  }

  it('has no key, no file but code, no environment and no other process, whoever rules it', async () => {
    expect(await probe(foldersOf('@gristmill/protocol'))).toEqual({
      readsFiles: false,
      writesFiles: false,
      startsProcesses: false,
      environment: 0,
      readsItsCode: true,
    })
  })

  it('would read a key if it were let', async () => {
    expect(await probe([directory])).toMatchObject({ readsFiles: true })
  })
})
