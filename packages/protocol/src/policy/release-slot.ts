import type { Policy } from './policy.js'

/** First instant, in Unix seconds, at which a run that is ready at `readyAt` may be told: the next slot boundary. */
export function releaseSlot({ release }: Pick<Policy, 'release'>, readyAt: number): number {
  return Math.ceil(readyAt / release.slotSeconds) * release.slotSeconds
}
