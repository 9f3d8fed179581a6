import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ticTacToeCsv } from '@gristmill/example-logistic-regression'
import { readSafetensors } from '@gristmill/runner'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const MAIN = join(import.meta.dirname, '../dist/main.js')
const TIMEOUT_MS = 180_000
const isDeep = process.env.GRISTMILL_DEEP === '1'

interface Demo {
  child: ChildProcess
  output: () => string
  /** Resolves with the exit code, or the signal's name. */
  ended: Promise<number | string>
  /** Resolves when the transcript holds `text`. */
  shows: (text: string) => Promise<void>
}

function startDemo(cwd: string, ...args: string[]): Demo {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk
    })
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string)
  const shows = async (text: string): Promise<void> => {
    while (!output.includes(text)) {
      if (child.exitCode !== null) throw new Error(`ended without "${text}":\n${output}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  return { child, output: () => output, ended, shows }
}

describe('the demo', { timeout: TIMEOUT_MS }, () => {
  let cwd: string
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'gristmill-demo-'))
  })
  afterEach(() => rm(cwd, { recursive: true, force: true }))

  it('tells the whole story, leaves data and model in .demo/, and tells it again in the same folder of data of the user’s', async () => {
    const first = startDemo(cwd, '--ci')
    expect(await first.ended, first.output()).toBe(0)
    expect(first.output()).toMatch(/at most \d+ of 767 rows could leave/)
    expect(first.output()).toContain('every unit is accounted for')
    expect(first.output().trimEnd().split('\n').slice(-2).join('\n')).toMatch(/^sha256 OK .*\nmodel OK /)
    const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    expect(sha256(await readFile(join(cwd, '.demo/out/dataset.csv')))).toBe(sha256(ticTacToeCsv()))
    const model = readSafetensors(await readFile(join(cwd, '.demo/out/model.safetensors')))
    expect(model.tensors.map(({ name, shape }) => [name, shape])).toEqual([
      ['coef', [1, 27]],
      ['intercept', [1]],
    ])
    expect(await readdir(cwd)).toEqual(['.demo'])

    // Its label is in the middle, it has quotes, and a column that no algorithm can use.
    const rows = Array.from(
      { length: 300 },
      (_, i) => `"person, ${i}",${['low', 'mid', 'high'][i % 3]},${i % 3}.${i % 7}`,
    )
    await writeFile(join(cwd, 'mine.csv'), ['name,level,value', ...rows].join('\n'))
    // Without --ci it serves on until it is interrupted, refuses another beside it, and leaves nothing running.
    const again = startDemo(cwd, '--data', 'mine.csv', '--label', 'level')
    await again.shows('Ctrl-C ends it.')
    expect(again.output()).toContain('column "name"')
    expect(again.output()).toContain('model OK')
    expect(again.output()).toContain('every unit is accounted for')
    const url = /datatrust +number 1 at (\S+),/.exec(again.output())?.[1]
    expect((await fetch(`${url}/v1/health/ready`)).status).toBe(200)
    const beside = startDemo(cwd, '--ci')
    expect(await beside.ended).toBe(2)
    expect(beside.output()).toContain('Another demo is running')
    again.child.kill('SIGINT')
    expect(await again.ended).toBe(0)
    await expect(fetch(`${url}/v1/health/ready`)).rejects.toThrow()
  })

  it.each(isDeep ? ['Gristmill:', 'play money', 'Datatrust', 'Publish', 'Train'] : ['Publish'])(
    'leaves nothing running when it is interrupted after "%s"',
    async (text) => {
      const demo = startDemo(cwd)
      await demo.shows(text)
      demo.child.kill('SIGINT')
      expect(await demo.ended, demo.output()).toBe(130)
      expect(demo.output()).not.toMatch(/Error/)
    },
  )

  it('leaves alone what it did not put into .demo/', async () => {
    await mkdir(join(cwd, '.demo'))
    await writeFile(join(cwd, '.demo/mine.txt'), 'mine')
    const demo = startDemo(cwd)
    await demo.shows('play money')
    demo.child.kill('SIGINT')
    await demo.ended
    expect(await readFile(join(cwd, '.demo/mine.txt'), 'utf8')).toBe('mine')
  })

  it.each([
    ['a row is ragged', ['a,b', '1,x', '2', '3,y'], 'TABLE_RAGGED: line 3'],
    ['all rows have one class', ['a,b', ...Array.from({ length: 50 }, (_, i) => `${i},x`)], 'BAD_LABEL'],
    ['there are too few rows', ['a,b', '1,x', '2,y', '3,x'], 'TOO_FEW_ROWS'],
  ])('says at once what is wrong with a CSV when %s', async (_case, lines, message) => {
    await writeFile(join(cwd, 'bad.csv'), lines.join('\n'))
    const demo = startDemo(cwd, '--ci', '--data', 'bad.csv')
    expect(await demo.ended).toBe(1)
    expect(demo.output()).toContain(message)
    await expect(access(join(cwd, '.demo/chain'))).rejects.toThrow()
  })

  it('explains itself when the command line makes no sense', async () => {
    const demo = startDemo(cwd, '--data')
    expect(await demo.ended).toBe(2)
    expect(demo.output()).toContain('usage: pnpm demo')
  })
})
