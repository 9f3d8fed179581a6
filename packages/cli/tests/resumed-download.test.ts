import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { randomBytes } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stage, setStage } from './_stage.js'

const MIB = 1_048_576
const CONTENT = Buffer.from(randomBytes(12 * MIB))
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

let stage: Stage
let listing: string

beforeAll(async () => {
  stage = await setStage()
  await writeFile(join(stage.cwd, 'noise.bin'), CONTENT)
  await stage.json('patron', ['market', 'create', '--seed', '1000', '--preset', 'quick'])
  const publish = ['publish', 'noise.bin', '--license', 'CC0-1.0', '--access', '5', '--name', 'Noise']
  ;({ listing } = await stage.json<{ listing: string }>('maker', publish))
}, 120_000)
afterAll(() => stage?.close())

/** Gives a command in a process of its own, and kills that when so much of the message is there. */
async function killAt(argv: readonly string[], partial: string, bytes: number): Promise<void> {
  const args = [MAIN, ...argv, '--as', 'buyer', '--yes']
  const child = spawn(process.execPath, args, { cwd: stage.cwd, stdio: 'ignore' })
  const ended = once(child, 'exit')
  const sizeOf = () =>
    stat(partial)
      .then(({ size }) => size)
      .catch(() => 0)
  while (child.exitCode === null && (await sizeOf()) < bytes) await new Promise((resolve) => setTimeout(resolve, 5))
  child.kill('SIGKILL')
  expect(await ended).toEqual([null, 'SIGKILL'])
}

describe('a download that was killed', () => {
  it('goes on with the same command, pays once, and leaves the file alone', async () => {
    const out = join(stage.cwd, 'bought.bin')
    const buy = ['buy', listing, '--out', 'bought.bin']
    const before = await readdir(stage.cwd)
    await killAt(buy, `${out}.partial`, 2 * MIB)
    await killAt(buy, `${out}.partial`, 5 * MIB)
    expect(existsSync(out)).toBe(false)
    expect((await stat(`${out}.partial`)).mode & 0o777).toBe(0o600)

    const { code, stderr } = await stage.as('buyer', buy, { answers: ['y'] })
    expect(code).toBe(0)
    expect(stderr).toContain('are here already: goes on from there.')
    expect((await readFile(out)).equals(CONTENT)).toBe(true)
    expect((await readdir(stage.cwd)).sort()).toEqual([...before, 'bought.bin'].sort())
    const { orders } = await stage.json<{ orders: { orderId: string }[] }>('buyer', ['order', 'list'])
    expect(orders).toHaveLength(1)

    const again = ['download', orders[0]?.orderId as string, '--out', 'again.bin']
    await killAt(again, join(stage.cwd, 'again.bin.partial'), 4 * MIB)
    await stage.json('buyer', again)
    expect((await readFile(join(stage.cwd, 'again.bin'))).equals(CONTENT)).toBe(true)
    expect(await readdir(stage.cwd)).not.toContain('again.bin.partial')
  }, 120_000)
})
