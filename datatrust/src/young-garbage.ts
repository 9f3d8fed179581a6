import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const COLLECT_AFTER_BYTES = 8 * 1_048_576
/** What looking at the young ones leaves over, since all of the heap was looked through. */
const OLD_BYTES = 48 * 1_048_576
/** Of the space of the young, beyond which it is not to grow. */
const YOUNG_BYTES = 12 * 1_048_576
/** Of the same, when it is made small again: twice what it may be, as it doubles when it grows. */
const YOUNG_MAX_BYTES = 2 * YOUNG_BYTES

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (options: { type: 'minor' | 'major'; flavor?: 'last-resort' }) => void
setFlagsFromString('--no-expose-gc')
// While little grows old, V8 would leave the old ones a tenth more room, which is no more than it wants free beside the young: it
// would look through all of the heap again as soon as it had.
setFlagsFromString('--heap-growing-percent=100')

let passedBytes = 0
let heldBytes = getHeapStatistics().used_heap_size

/**
 * Says that so many bytes have passed by and are garbage now: V8 keeps them outside its heap, and left to itself looks through
 * all of the heap for them. Looking through what is young is enough, and costs a hundredth of it; what outlives that, as of many
 * who take slowly, is looked for when there is much of it.
 */
export function countPassed(bytes: number): void {
  passedBytes += bytes
  if (passedBytes < COLLECT_AFTER_BYTES) return
  passedBytes = 0
  boundYoung()
  collect({ type: 'minor' })
  const { used_heap_size: usedBytes } = getHeapStatistics()
  if (usedBytes < heldBytes + OLD_BYTES) return
  collect({ type: 'major' })
  heldBytes = getHeapStatistics().used_heap_size
}

/**
 * What is on its way when V8 looks survives, for which V8 would double the space of the young until it takes a hundred
 * megabytes, as it does for a program that starts. It makes it small again when there is little to do, too small for much.
 */
function boundYoung(): void {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
  const spaceBytes = young?.space_size ?? 0
  setFlagsFromString(`--semi-space-growth-factor=${spaceBytes < YOUNG_BYTES ? 2 : 1}`)
  if (spaceBytes > YOUNG_MAX_BYTES) collect({ type: 'major', flavor: 'last-resort' })
}
