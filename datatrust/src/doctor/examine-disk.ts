import { statfs } from 'node:fs/promises'
import type { Config } from '../config/config.js'
import { type Finding, fail, failed, ok, warn } from './finding.js'

const GIB = 2 ** 30

/** Room for what may come. */
export async function examineDisk({ dataDirectory, limits, bucket }: Config): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(dataDirectory)
    const freeBytes = bavail * bsize
    const free = `${(freeBytes / GIB).toFixed(1)} GiB free under ${dataDirectory}`
    if (freeBytes < limits.minFreeBytes) return fail('disk', `${free}: nothing new is taken`, 'Make room.')
    const neededBytes = limits.minFreeBytes + (bucket === undefined ? limits.maxAssetBytes : 0)
    if (freeBytes < neededBytes) {
      return warn(
        'disk',
        `${free}: not enough for one asset of the largest size`,
        'Make room, or lower DATATRUST_MAX_ASSET_BYTES.',
      )
    }
    return ok('disk', free)
  } catch (error) {
    return failed('disk', error, 'Make the data directory, and let this user write there.')
  }
}
