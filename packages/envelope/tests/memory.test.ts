import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** By how many bytes the peak grows with each byte that a message is longer: the noise of a collector is far less than this. */
const FLAT = 1 / 3

function growthOf(format: string, sizeMib: number): { sealing: string; perByte: number } {
  const children = join(import.meta.dirname, 'children')
  const args = [join(children, 'stream-through.ts'), format, `${sizeMib}`]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}

describe('memory', () => {
  it('is flat in the size of a SEIPDv2 message, sealed and opened', () => {
    const { sealing, perByte } = growthOf('seipd-v2', 512)
    expect(sealing).toBe('seipd-v2')
    expect(perByte).toBeLessThan(FLAT)
  }, 120_000)

  it('is seen to grow with a SEIPDv1 message, which is held until it is verified', () => {
    const { sealing, perByte } = growthOf('seipd-v1', 96)
    expect(sealing).toBe('seipd-v1')
    expect(perByte).toBeGreaterThan(1)
  }, 60_000)
})
