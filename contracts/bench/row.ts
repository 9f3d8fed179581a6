import type { Result } from './journey.ts'
import { gasOf } from './step.ts'

/** A row as it is committed. Gas per order, rounded; what is exact is in GAS.md. */
export interface Row {
  name: string
  ours: number
  target: number | null
  peer: number | null
  peerName: string | null
  unit: 'gas'
  better: 'lower'
}

export interface GasReport {
  bench: 'gas'
  rows: Row[]
}

export function reportOf(results: readonly Result[]): GasReport {
  return { bench: 'gas', rows: results.map(rowOf) }
}

function rowOf({ name, target, orders, ours, peer }: Result): Row {
  const each = (gas: number): number => Math.round(gas / orders)
  return {
    name,
    ours: each(gasOf(ours)),
    target,
    peer: peer ? each(gasOf(peer.steps)) : null,
    peerName: peer ? `Ocean Protocol: ${peer.name}` : null,
    unit: 'gas',
    better: 'lower',
  }
}
