import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { JournalCorruptError, JournalWriteError } from './errors.js'
import { Journal } from './journal.js'
import type { AdvanceRecord } from './journal-record.js'

let directory: string
let file: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'journal-'))
  file = join(directory, 'chain.journal')
})

afterEach(() => rmSync(directory, { recursive: true }))

function record(seconds: number): AdvanceRecord {
  return { kind: 'advance', seconds, timestamp: 1_800_000_000 + seconds, head: `0x${'ab'.repeat(32)}` }
}

function write(count: number): void {
  const { journal } = Journal.open(file)
  for (let seconds = 1; seconds <= count; seconds += 1) journal.append(record(seconds))
  journal.close()
}

function read(): { records: unknown[]; droppedBytes: number } {
  const { journal, content } = Journal.open(file)
  journal.close()
  return content
}

describe('a journal', () => {
  it('holds what was appended, in order', () => {
    write(3)
    expect(read()).toEqual({ records: [record(1), record(2), record(3)], droppedBytes: 0 })
  })

  it('can be read by its owner only', () => {
    write(1)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('takes nothing more once it is closed', () => {
    const { journal } = Journal.open(file)
    journal.close()
    expect(() => journal.append(record(1))).toThrow(JournalWriteError)
  })
})

describe('a journal whose last line is torn', () => {
  it('drops that line wherever it ends, and goes on after the one before', () => {
    write(2)
    const bytes = readFileSync(file)
    const firstLength = bytes.indexOf(0x0a) + 1
    for (let length = firstLength + 1; length < bytes.length; length += 7) {
      writeFileSync(file, bytes.subarray(0, length))
      expect(read()).toEqual({ records: [record(1)], droppedBytes: length - firstLength })
    }
    write(0)
    const { journal } = Journal.open(file)
    journal.append(record(9))
    journal.close()
    expect(read()).toEqual({ records: [record(1), record(9)], droppedBytes: 0 })
  })

  it('drops that line if it was written in part behind its beginning', () => {
    write(2)
    const bytes = readFileSync(file)
    bytes.fill(0, bytes.length - 60, bytes.length - 20)
    writeFileSync(file, bytes)
    expect(read().records).toEqual([record(1)])
  })
})

describe('a journal that is damaged before its last line', () => {
  it.each([
    {
      what: 'a changed byte',
      damage: (lines: string[]) => lines.with(1, lines[1]!.replace('"seconds":2', '"seconds":3')),
    },
    { what: 'a missing line', damage: (lines: string[]) => lines.toSpliced(1, 1) },
    { what: 'two lines in the wrong order', damage: (lines: string[]) => [lines[0]!, lines[2]!, lines[1]!, lines[3]!] },
    { what: 'a line twice', damage: (lines: string[]) => lines.toSpliced(1, 0, lines[1]!) },
    { what: 'a lost newline', damage: (lines: string[]) => [lines[0]!, lines[1]! + lines[2]!, lines[3]!] },
  ])('is refused: $what', ({ damage }) => {
    write(4)
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    const damaged = `${damage(lines).join('\n')}\n`
    writeFileSync(file, damaged)
    expect(() => Journal.open(file)).toThrow(JournalCorruptError)
    expect(readFileSync(file, 'utf8')).toBe(damaged)
  })
})
