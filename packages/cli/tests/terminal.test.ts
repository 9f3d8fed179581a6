import { spawn, spawnSync } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFolder, OFFLINE_PROFILE, writeProfile } from './_util.js'

const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js')
const PASSWORD = 'correct horse battery'
const isThere = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '')
if (!isThere) console.info('pseudo-terminals are not tried: script of util-linux is not installed')

/** Runs the program on a pseudo-terminal and types each answer once its question is there. */
function onTerminal(cwd: string, argv: readonly string[], answers: readonly [question: string, answer: string][]) {
  const line = [process.execPath, MAIN, ...argv].map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', line, '/dev/null'], { cwd })
  const left = [...answers]
  let shown = ''
  let asked = 0
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk
    const [next] = left
    if (next === undefined || !shown.slice(asked).includes(next[0])) return
    asked = shown.length
    left.shift()
    child.stdin.write(next[1])
  })
  return new Promise<{ code: number | null; shown: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, shown }))
  })
}

describe.runIf(isThere)('on a terminal', () => {
  it('a password is asked for twice and never shown', async () => {
    const folder = await createFolder()
    await writeProfile(folder, OFFLINE_PROFILE)
    const { code, shown } = await onTerminal(
      folder,
      ['keys', 'create', 'maker', '--profile', 'profile.json'],
      [
        ['New password of the key maker:', `${PASSWORD}\r`],
        ['The same again:', `${PASSWORD}\r`],
      ],
    )
    expect(shown).toContain('address')
    expect(shown).not.toContain(PASSWORD)
    expect(code).toBe(0)
  })

  it('Ctrl-C at a question ends with 130 and nothing written', async () => {
    const folder = await createFolder()
    await mkdir(join(folder, 'empty'))
    const { code, shown } = await onTerminal(join(folder, 'empty'), ['init'], [['URL of a node', '\u0003']])
    expect(shown).toContain('Interrupted.')
    expect(code).toBe(130)
    expect(await readdir(join(folder, 'empty'))).toEqual([])
  })

  it('Ctrl-C while a password is typed does so too', async () => {
    const folder = await createFolder()
    await writeProfile(folder, OFFLINE_PROFILE)
    const argv = ['keys', 'create', 'maker', '--profile', 'profile.json']
    const { code } = await onTerminal(folder, argv, [['New password of the key maker:', 'half\u0003']])
    expect(code).toBe(130)
    expect(await readdir(join(folder, 'keys'))).toEqual(['buyer.key'])
  })
})
