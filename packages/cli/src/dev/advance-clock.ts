import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { formatDuration, formatInstant, parseDuration } from '../duration.js'
import type { Io } from '../io.js'
import { fields, printResult } from '../output.js'
import { connectNetwork } from './running-network.js'

export async function advanceClock(io: Io, command: Command, text: string): Promise<void> {
  const seconds = parseDuration('duration', text)
  if (seconds === 0) throw new ArgumentError('duration', 'is zero: write it like 2h.')
  using network = await connectNetwork(io, command)
  const timestamp = Number(await network.provider.send('gristmill_advance', [seconds]))
  const lines = fields({ advanced: formatDuration(seconds), 'it is now': formatInstant(timestamp) })
  printResult(io, command, { seconds, timestamp }, lines)
}
