import type { BucketProbe } from '@gristmill/storage/s3'
import type { Config } from '../config/config.js'
import { bucketParamsOf } from '../config/open-blobs.js'
import { now } from '../now.js'
import { examineChain } from './examine-chain.js'
import { examineContainers } from './examine-containers.js'
import { examineDatabase } from './examine-database.js'
import { examineDisk } from './examine-disk.js'
import { examineEngine } from './examine-engine.js'
import { examineKeys } from './examine-keys.js'
import { type Finding, fail, failed, ok, warn } from './finding.js'

/** Above that a service may refuse what is signed, and quotes end when they should not, seconds. */
const SKEW_WARN_SECONDS = 30
const SKEW_FAIL_SECONDS = 300

/**
 * Looks at everything a datatrust depends on, without starting one, beside one that runs or not: key files, disk, database,
 * chain, the signer's gas money, clock, bucket, containers and engine. In the bucket it writes an object of its own, and deletes it; the engine
 * executes a job that any executor refuses.
 *
 * @example
 * for await (const { check, status, message } of doctor(config)) console.log(status, check, message)
 */
export async function* doctor(config: Config): AsyncGenerator<Finding, void, undefined> {
  yield* await examineKeys(config)
  yield await examineDisk(config)
  yield await examineDatabase(config)
  const chain = await examineChain(config)
  yield* chain.findings
  let bucket: BucketProbe | undefined
  if (config.bucket !== undefined) {
    const { findings, probe } = await examineBucket(config, config.bucket)
    bucket = probe
    yield* findings
  }
  if (config.docker !== undefined) yield await examineContainers(config.docker)
  yield await examineEngine(config)
  yield examineClock(chain.headAt, bucket?.clock)
}

async function examineBucket(
  config: Config,
  bucket: NonNullable<Config['bucket']>,
): Promise<{ findings: Finding[]; probe?: BucketProbe }> {
  try {
    const { probeBucket } = await import('@gristmill/storage/s3')
    const probe = await probeBucket(await bucketParamsOf(config, bucket))
    const findings = [ok('bucket', `${bucket.name} takes, gives, gives ranges, takes parts and deletes`)]
    if (!probe.checksMd5) {
      findings.push(
        fail('bucket', 'keeps bytes other than those whose MD5 was sent', 'Use a service that checks Content-MD5.'),
      )
    }
    if (!probe.hasConditionalWrites) {
      findings.push(
        warn('bucket', 'has no conditional writes', 'Let nobody else write below the prefix; see README of storage.'),
      )
    }
    if (bucket.checksum !== undefined && !probe.hasCrc32c) {
      findings.push(fail('bucket', 'keeps no CRC32C', 'Unset DATATRUST_S3_CHECKSUM.'))
    } else if (bucket.checksum === undefined && probe.hasCrc32c) {
      findings.push(ok('bucket', 'could keep a CRC32C of every blob: DATATRUST_S3_CHECKSUM=CRC32C'))
    }
    return { findings, probe }
  } catch (error) {
    return {
      findings: [
        failed('bucket', error, 'See DATATRUST_S3_… in the README; the account must read, write, list, delete.'),
      ],
    }
  }
}

/** @internal */
export function examineClock(headAt: number | undefined, bucketAt: number | undefined, at = now()): Finding {
  const remedy = 'Set the clock, and keep it with NTP.'
  // A chain may rest: only a block from the future says something for sure.
  const skews = [
    { of: 'the chain', seconds: headAt === undefined ? 0 : Math.max(0, headAt - at) },
    { of: 'the bucket', seconds: bucketAt === undefined ? 0 : Math.abs(bucketAt - at) },
  ]
  const [worst] = skews.toSorted((a, b) => b.seconds - a.seconds)
  const { of, seconds } = worst!
  if (seconds > SKEW_FAIL_SECONDS) return fail('clock', `is ${seconds} s away from that of ${of}`, remedy)
  if (seconds > SKEW_WARN_SECONDS) return warn('clock', `is ${seconds} s away from that of ${of}`, remedy)
  if (headAt === undefined && bucketAt === undefined) return warn('clock', 'has nothing to be compared with', remedy)
  return ok('clock', `agrees with ${bucketAt === undefined ? 'the chain' : 'chain and bucket'}`)
}
