import { describe, expect, it } from 'vitest'
import { holds } from './gate.ts'

const gate = (command: string, ...args: string[]) => ({ name: `(a gate under test) ${args.at(-1)}`, command, args })

describe('a gate', () => {
  it('holds where its command ends well, and not where it fails or is not there', async () => {
    expect(await holds(gate(process.execPath, '-e', 'process.exitCode = 0'))).toBe(true)
    expect(await holds(gate(process.execPath, '-e', 'process.exitCode = 3'))).toBe(false)
    expect(await holds(gate(process.execPath, '-e', 'process.kill(process.pid)'))).toBe(false)
    expect(await holds(gate('no-such-command', '--version'))).toBe(false)
  })
})
