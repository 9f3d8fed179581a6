import type { Policy } from '@gristmill/protocol'
import { DEFAULT_LIMITS } from '@gristmill/runner'

/** The largest encoded table under the runner's limits by default, which a datatrust may have set lower: it checks again. */
export function tableBytesMax({ algorithms }: Pick<Policy, 'algorithms'>): number {
  return Math.min(...algorithms.map(({ runtime }) => DEFAULT_LIMITS[runtime].memoryBytes))
}
