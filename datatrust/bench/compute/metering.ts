import { fileURLToPath } from 'node:url'
import { output } from '../processes.ts'
import { median, type Row } from '../row.ts'
import type { Metered } from './children/metering.ts'

const CHILD = fileURLToPath(new URL('children/metering.ts', import.meta.url))

/** What counting instructions costs: gradient descent as it is sent, and with the meter that executors add. */
export async function measureMetering(runs: number): Promise<Row[]> {
  // The compiler that executors tell V8 to use, for both.
  const text = await output(process.execPath, ['--no-liftoff', CHILD, String(runs)])
  const { metered, plain, fuel } = JSON.parse(text) as Metered
  console.error(`metering: ${fuel} fuel`)
  const ours = median(metered.map((ms, run) => ms / plain[run]!))
  return [{ name: 'fuel metering', ours, peer: 1, peerName: 'the same module unmetered', unit: 'x', better: 'lower' }]
}
