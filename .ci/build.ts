import { type Gate, holds } from './gate.ts'

/** Builds packages, or all of them; turbo's own output is shown only if it fails, and it tells nobody. */
export function buildGate(...filters: string[]): Gate {
  return {
    name: 'build',
    command: 'turbo',
    args: ['run', 'build', '--output-logs=errors-only', ...filters.map((filter) => `--filter=${filter}`)],
    env: { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  }
}

if (import.meta.main) process.exitCode = holds(buildGate(...process.argv.slice(2))) ? 0 : 1
