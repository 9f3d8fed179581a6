import { describe, expect, it } from 'vitest'
import { curveSvg } from './curve-svg.js'

const PICTURE = {
  title: 'Market 0x12, linear curve',
  symbol: 'USD',
  points: [
    { supply: 500, ask: 1.05, bid: 1 },
    { supply: 1_000, ask: 1.05, bid: 1 },
    { supply: 2_000, ask: 1.25, bid: 1 },
  ],
  now: { supply: 1_000, bid: 1, ask: 1.05 },
  after: { supply: 1_500, ask: 1.15 },
}

/** Of `attribute` in every element that `pattern` finds, as numbers. */
const numbersOf = (svg: string, pattern: RegExp) => [...svg.matchAll(pattern)].map(([, value]) => Number(value))

describe('the picture of a curve', () => {
  it('stands alone: one svg element that refers to nothing outside', () => {
    const svg = curveSvg(PICTURE)
    expect(svg.match(/<svg /g)).toHaveLength(1)
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [\s\S]*<\/svg>\n$/)
    expect(svg).not.toMatch(/href|url\(|<script|<image|@import/)
  })

  it('labels both axes, and has the lines of ask and bid', () => {
    const svg = curveSvg(PICTURE)
    expect(svg).toContain('>supply, shares</text>')
    expect(svg).toContain('>price, USD a share</text>')
    expect(svg.match(/<polyline /g)).toHaveLength(2)
    expect(svg).toContain('>now</text>')
    expect(svg).toContain('>after</text>')
  })

  it('places what is higher higher, and the present point on the lines', () => {
    const svg = curveSvg(PICTURE)
    const [bidLine, askLine] = [...svg.matchAll(/points="([^"]*)"/g)].map(([, points]) => points?.split(' ') ?? [])
    const [bidNow, askNow] = [...svg.matchAll(/<circle cx="([^"]*)" cy="([^"]*)"/g)].map(([, x, y]) => `${x},${y}`)
    expect(bidLine?.[1]).toBe(bidNow)
    expect(askLine?.[1]).toBe(askNow)
    const heights = numbersOf(svg, /<circle cx="[^"]*" cy="([^"]*)"/g)
    // Down the page is up in y: bid now, ask now, ask after.
    expect(heights).toEqual([...heights].sort((a, b) => b - a))
    expect(heights).toHaveLength(3)
  })

  it('has from three to nine numbers at each axis, however large or small they are', () => {
    for (const scale of [1e-12, 1, 3.7e6, 1e15]) {
      const points = PICTURE.points.map(({ supply, ask, bid }) => ({ supply: supply * scale, ask: ask * scale, bid }))
      const svg = curveSvg({ ...PICTURE, points, now: { supply: points[1]?.supply ?? 0, bid: 1 } })
      const lines = svg.match(/stroke="#dddddd"/g) ?? []
      expect(lines.length).toBeGreaterThanOrEqual(3)
      expect(lines.length).toBeLessThanOrEqual(9)
      expect(svg).not.toMatch(/NaN|Infinity/)
    }
  })

  it('parts the labels of now and after where they are close', () => {
    const anchorOf = (svg: string, label: string) =>
      new RegExp(`text-anchor="(\\w+)"[^>]*>${label}</text>`).exec(svg)?.[1]
    const [far, near] = [1_500, 1_010].map((supply) => curveSvg({ ...PICTURE, after: { supply, ask: 1.15 } }))
    expect([anchorOf(far as string, 'now'), anchorOf(far as string, 'after')]).toEqual(['middle', 'middle'])
    expect([anchorOf(near as string, 'now'), anchorOf(near as string, 'after')]).toEqual(['end', 'start'])
  })

  it('draws a market whose curve fails: the bid, and no ask', () => {
    const svg = curveSvg({ title: 't', symbol: 'USD', points: [], now: { supply: 10, bid: 1 } })
    expect(svg.match(/<circle /g)).toHaveLength(1)
    expect(svg).not.toMatch(/NaN|Infinity/)
  })

  it('takes a symbol for text, whatever is in it', () => {
    const svg = curveSvg({ ...PICTURE, symbol: '"><script>alert(1)</script>&\u0000' })
    expect(svg).not.toContain('<script')
    expect(svg).toContain('&#60;script&#62;')
    expect(svg).not.toContain('\u0000')
  })
})
