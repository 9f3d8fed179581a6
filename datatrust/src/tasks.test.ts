import { describe, expect, it } from 'vitest'
import { createTasks } from './tasks.js'

describe('tasks', () => {
  it('of one name run once at a time, and share their answer', async () => {
    const { once } = createTasks()
    let runs = 0
    const task = async () => {
      await Promise.resolve()
      return ++runs
    }
    expect(await Promise.all([once('a', task), once('a', task), once('b', task)])).toEqual([1, 1, 2])
    expect(await once('a', task)).toBe(3)
  })

  it('that fail are tried again by the next who asks', async () => {
    const { once } = createTasks()
    await expect(once('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(once('a', async () => 'yes')).resolves.toBe('yes')
  })

  it('in turn never overlap, failures included', async () => {
    const { inTurn } = createTasks()
    const seen: string[] = []
    const task = (name: string) => async () => {
      seen.push(`${name} starts`)
      await new Promise((resolve) => setTimeout(resolve, 1))
      seen.push(`${name} ends`)
      if (name === 'a') throw new Error('a')
    }
    await Promise.allSettled([inTurn('x', task('a')), inTurn('x', task('b'))])
    expect(seen).toEqual(['a starts', 'a ends', 'b starts', 'b ends'])
  })
})
