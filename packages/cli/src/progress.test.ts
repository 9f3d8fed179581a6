import { describe, expect, it } from 'vitest'
import type { Io } from './io.js'
import { startProgress } from './progress.js'

const MIB = 1_048_576

const watch = ({ isTTY, quiet = false }: { isTTY: boolean; quiet?: boolean }) => {
  const seen = { text: '', at: 0 }
  const stderr = { isTTY, columns: 100, write: (text: string) => (seen.text += text) }
  const io = { stderr, quiet, env: {}, now: () => seen.at } as unknown as Io
  return { seen, io }
}

describe('progress', () => {
  it('is a bar with rate and time left on a terminal, gone at the end', () => {
    const { seen, io } = watch({ isTTY: true })
    const progress = startProgress(io)
    progress.report({ label: 'Downloads', doneBytes: 0, totalBytes: 100 * MIB })
    seen.at = 1_000
    progress.report({ label: 'Downloads', doneBytes: 25 * MIB, totalBytes: 100 * MIB })
    expect(seen.text).toContain('Downloads ██████░░░░░░░░░░░░░░░░░░ 25.0 MiB of 100.0 MiB, 25.0 MiB/s, 3 s left')
    progress.end()
    expect(seen.text.endsWith('\r\u001b[2K')).toBe(true)
  })

  it('counts the rate from where a resumed piece of work began', () => {
    const { seen, io } = watch({ isTTY: true })
    const progress = startProgress(io)
    progress.report({ label: 'Downloads', doneBytes: 50 * MIB, totalBytes: 100 * MIB })
    seen.at = 1_000
    progress.report({ label: 'Downloads', doneBytes: 60 * MIB, totalBytes: 100 * MIB })
    expect(seen.text).toContain('10.0 MiB/s, 4 s left')
  })

  it('is a plain line now and then elsewhere', () => {
    const { seen, io } = watch({ isTTY: false })
    const progress = startProgress(io)
    for (seen.at = 0; seen.at <= 30_000; seen.at += 100) progress.report({ label: 'Downloads', doneBytes: seen.at })
    expect(seen.text.split('\n').filter((line) => line.startsWith('Downloads: '))).toHaveLength(3)
    expect(seen.text).not.toContain('\u001b')
  })

  it('is nothing at all where only a result is wanted', () => {
    const { seen, io } = watch({ isTTY: false, quiet: true })
    const progress = startProgress(io)
    for (seen.at = 0; seen.at <= 30_000; seen.at += 1_000) progress.report({ label: 'Downloads', doneBytes: seen.at })
    expect(seen.text).toBe('')
  })
})
