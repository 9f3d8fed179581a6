import { type Hex, leakBits, type Policy } from '@gristmill/protocol'
import type { Finding, RunResult } from '@gristmill/runner'
import { fields } from '../output.js'
import { metricFields } from './metric-fields.js'

/** A run that was tried. */
export interface Trial {
  policy: Policy
  algorithm: Hex
  /** By the policy as it is. */
  isAllowed: boolean
  result: RunResult
  durationMs: number
  /** False where an algorithm has no way to say anything. */
  hears: boolean
}

/** What became of it, for people: what a sponsor would learn, and what only the owner would. */
export function trialLines({ policy, algorithm, isAllowed, result, durationMs, hears }: Trial): string[] {
  const { verdict, fuel, privateLog, releasedBytes, metrics } = result
  const { rows, trainRows, holdoutRows, reason, findings = [], fuelUsed = 0n } = privateLog
  const { budget } = policy
  const bits = leakBits(policy)
  return fields({
    verdict: verdict === 'OK' ? 'OK: the model would leave' : `${verdict}: nothing would leave`,
    why: verdict === 'OK' ? undefined : reason,
    algorithm: `${algorithm}, ${isAllowed ? 'allowed by the policy' : 'not allowed by the policy: ALGORITHM_NOT_ALLOWED'}`,
    rows: `${rows}: ${trainRows} to train on, ${holdoutRows} held back`,
    checks: findings.map(findingText),
    ...metricFields(metrics, policy.table.label),
    model: verdict === 'OK' ? `${releasedBytes} bytes` : undefined,
    costs: `${bits} bits, whatever the verdict; the budget pays for ${Math.floor(budget.bits / bits)} runs, ${Math.floor(budget.bitsPerSponsor / bits)} of one sponsor`,
    fuel: `${fuelUsed} of ${fuel} (${((Number(fuelUsed) / Number(fuel)) * 100).toFixed(2)} %)`,
    time: `${durationMs} ms, start of the sandbox and all checks included`,
    log: hears ? undefined : 'neither a WebAssembly module nor a trainer has a way to say anything',
  })
}

/** `membership: … 0.04, limit 0.05, met` */
export function findingText({ check, quantity, found, limit, isMet }: Finding): string {
  const by = Math.round(Math.abs(found - limit) * 1e6) / 1e6
  return `${check}: ${quantity} ${found}, limit ${limit}: ${isMet ? 'met' : `missed by ${by}`}`
}
