import { describe, expect, it } from 'vitest'
import { examineClock } from './doctor.js'

const NOW = 1_800_000_000

describe('the clock', () => {
  it.each([
    ['that agrees', NOW - 5, NOW + 2, 'ok'],
    ['beside a chain that rests', NOW - 86_400, NOW, 'ok'],
    ['behind the chain', NOW + 60, undefined, 'warn'],
    ['a day behind the chain', NOW + 86_400, NOW, 'fail'],
    ['a day ahead of the bucket', NOW - 86_400, NOW - 86_400, 'fail'],
    ['with nothing beside it', undefined, undefined, 'warn'],
  ] as const)('%s', (_, headAt, bucketAt, status) => {
    expect(examineClock(headAt, bucketAt, NOW)).toMatchObject({ check: 'clock', status })
  })
})
