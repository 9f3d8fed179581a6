import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const FLAT_MIB = 80

function growthOf(format: string, sizeMib: number): { sealing: string; grewMib: number } {
  const children = join(import.meta.dirname, 'children')
  const args = [join(children, 'stream-through.ts'), format, `${sizeMib}`]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}

describe('memory', () => {
  it('is flat in the size of a SEIPDv2 message, sealed and opened', () => {
    const { sealing, grewMib } = growthOf('seipd-v2', 192)
    expect(sealing).toBe('seipd-v2')
    expect(grewMib).toBeLessThan(FLAT_MIB)
  }, 60_000)

  it('is seen to grow with a SEIPDv1 message, which is held until it is verified', () => {
    const { sealing, grewMib } = growthOf('seipd-v1', 96)
    expect(sealing).toBe('seipd-v1')
    expect(grewMib).toBeGreaterThan(FLAT_MIB)
  }, 60_000)
})
