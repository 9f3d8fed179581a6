import { readFileSync } from 'node:fs'

/** Peak of this process's resident memory, MiB. On Linux maxRSS starts at that of the parent, VmHWM at nothing. */
export function peakMib(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024
}

// Put before another program with --import, it tells on SIGUSR2.
process.on('SIGUSR2', () => console.log(JSON.stringify({ peakMib: peakMib() })))
