import { type Io, isInteractive } from './io.js'
import { printable } from './printable.js'
import { style } from './style.js'

/** How far a piece of work is. */
export interface ProgressReport {
  label: string
  doneBytes: number
  /** Absent where nobody knows. */
  totalBytes?: number
}

export interface Progress extends Disposable {
  /** Call as often as you like: drawn ten times a second on a terminal, written every ten seconds elsewhere. */
  report(report: ProgressReport): void
  /** Removes the bar; also done by `using`. */
  end(): void
}

const DRAW_MS = 100
const LINE_MS = 10_000
const BAR_CHARACTERS = 24
const COLUMNS = 80
const CLEAR_LINE = '\r\u001b[2K'

/** Shows work in bytes: bar, amount, rate and time left. Quiet with `--json`, unless a person watches. */
export function startProgress(io: Io): Progress {
  const drawn = io.stderr.isTTY === true
  const startedAt = io.now()
  let startBytes: number | undefined
  let shownAt = drawn ? Number.NEGATIVE_INFINITY : startedAt
  let open = false
  const end = () => {
    if (open) io.stderr.write(CLEAR_LINE)
    open = false
  }
  return {
    report(report) {
      if (io.quiet) return
      startBytes ??= report.doneBytes
      const now = io.now()
      if (now - shownAt < (drawn ? DRAW_MS : LINE_MS) && report.doneBytes !== report.totalBytes) return
      if (!drawn && now - shownAt < LINE_MS) return
      shownAt = now
      const text = describe(report, { bytes: report.doneBytes - startBytes, ms: now - startedAt })
      open = drawn
      io.stderr.write(drawn ? CLEAR_LINE + draw(io, report, text) : `${report.label}: ${text}\n`)
    },
    end,
    [Symbol.dispose]: end,
  }
}

/** Says what is waited for, as long as `work` takes; a spinner on a terminal, a line elsewhere. */
export async function step<T>(io: Io, label: string, work: () => Promise<T>): Promise<T> {
  if (io.quiet) return work()
  if (!isInteractive(io)) {
    io.stderr.write(`${printable(label)}\n`)
    return work()
  }
  const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
  let frame = 0
  const drawFrame = () => {
    const mark = style(io, io.stderr, 'cyan', frames[frame++ % frames.length] as string)
    io.stderr.write(`${CLEAR_LINE}${mark} ${printable(label).slice(0, (io.stderr.columns ?? COLUMNS) - 3)}`)
  }
  drawFrame()
  const timer = setInterval(drawFrame, DRAW_MS)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    io.stderr.write(`${CLEAR_LINE}${printable(label)}\n`)
  }
}

/** `12.5 MiB` */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}

function describe({ doneBytes, totalBytes }: ProgressReport, since: { bytes: number; ms: number }): string {
  const rate = since.ms > 0 ? (since.bytes * 1_000) / since.ms : 0
  const amount =
    totalBytes === undefined ? formatBytes(doneBytes) : `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`
  if (rate <= 0) return amount
  const left = totalBytes === undefined ? '' : `, ${formatSeconds(Math.ceil((totalBytes - doneBytes) / rate))} left`
  return `${amount}, ${formatBytes(Math.round(rate))}/s${left}`
}

function draw(io: Io, { label, doneBytes, totalBytes }: ProgressReport, text: string): string {
  const part = totalBytes === undefined || totalBytes === 0 ? undefined : Math.min(1, doneBytes / totalBytes)
  const full = part === undefined ? 0 : Math.round(part * BAR_CHARACTERS)
  const bar = part === undefined ? '' : `${'█'.repeat(full)}${'░'.repeat(BAR_CHARACTERS - full)} `
  return `${printable(label)} ${bar}${text}`.slice(0, (io.stderr.columns ?? COLUMNS) - 1)
}

function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`
}
