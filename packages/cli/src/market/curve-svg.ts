/** What a picture of a curve shows, already in whole units: shares, and money per share. */
export interface CurvePicture {
  title: string
  /** Of the money. */
  symbol: string
  /** By rising supply, at least one. */
  points: readonly { supply: number; ask: number; bid: number }[]
  now: { supply: number; bid: number; ask?: number }
  /** Where a purchase would lead. */
  after?: { supply: number; ask?: number }
}

const [WIDTH, HEIGHT] = [720, 420]
const [LEFT, RIGHT, TOP, BOTTOM] = [84, 24, 56, 64]
const LABEL_WIDTH = 40
const INK = '#333333'
const ASK = '#b3402a'
const BID = '#1f6f8b'

/** A self-contained SVG document: ask and bid over supply, and the present point. */
export function curveSvg({ title, symbol, points, now, after }: CurvePicture): string {
  const supplies = [...points.map(({ supply }) => supply), now.supply, ...(after ? [after.supply] : [])]
  const prices = [...points.flatMap(({ ask, bid }) => [ask, bid]), now.bid, now.ask ?? 0, after?.ask ?? 0]
  const horizontal = ticksOf(Math.min(...supplies), Math.max(...supplies))
  const vertical = ticksOf(0, Math.max(...prices) * 1.05)
  const x = (supply: number) => place(supply, horizontal, LEFT, WIDTH - RIGHT)
  const y = (price: number) => place(price, vertical, HEIGHT - BOTTOM, TOP)
  const line = (key: 'ask' | 'bid', colour: string) =>
    `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points
      .map((point) => `${x(point.supply)},${y(point[key])}`)
      .join(' ')}"/>`
  const dot = (supply: number, price: number | undefined, colour: string, fill: string) =>
    price === undefined
      ? []
      : [`<circle cx="${x(supply)}" cy="${y(price)}" r="5" fill="${fill}" stroke="${colour}" stroke-width="2"/>`]
  const rule = (supply: number, label: string, anchor: Anchor) => [
    `<line x1="${x(supply)}" x2="${x(supply)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="${INK}" stroke-dasharray="3 4" opacity="0.6"/>`,
    text(x(supply), TOP - 6, label, anchor),
  ]
  // Two labels that would run into each other part.
  const isNear = after !== undefined && x(after.supply) - x(now.supply) < LABEL_WIDTH
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(LEFT, 22, title, 'start', 'font-size="14"'),
    ...horizontal.ticks.flatMap((supply) => [
      `<line x1="${x(supply)}" x2="${x(supply)}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM + 5}" stroke="${INK}"/>`,
      text(x(supply), HEIGHT - BOTTOM + 20, short(supply), 'middle'),
    ]),
    ...vertical.ticks.flatMap((price) => [
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(price)}" y2="${y(price)}" stroke="#dddddd"/>`,
      text(LEFT - 8, y(price) + 4, short(price), 'end'),
    ]),
    `<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}" fill="none" stroke="${INK}"/>`,
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 18, 'supply, shares', 'middle'),
    text(
      0,
      0,
      `price, ${symbol} a share`,
      'middle',
      `transform="translate(18 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)"`,
    ),
    ...rule(now.supply, 'now', isNear ? 'end' : 'middle'),
    ...(after === undefined || after.supply === now.supply
      ? []
      : rule(after.supply, 'after', isNear ? 'start' : 'middle')),
    line('bid', BID),
    line('ask', ASK),
    ...dot(now.supply, now.bid, BID, BID),
    ...dot(now.supply, now.ask, ASK, ASK),
    ...(after === undefined ? [] : dot(after.supply, after.ask, ASK, '#ffffff')),
    legend(WIDTH - RIGHT - 150, 18, ASK, 'ask'),
    legend(WIDTH - RIGHT - 70, 18, BID, 'bid'),
    '</svg>',
    '',
  ].join('\n')
}

type Anchor = 'start' | 'middle' | 'end'

interface Axis {
  min: number
  max: number
  ticks: readonly number[]
}

/** Round numbers from `min` to `max`, three to nine of them. */
function ticksOf(min: number, max: number): Axis {
  // A point alone still needs an axis.
  const top = max > min ? max : min + Math.max(Math.abs(min), 1)
  const rough = (top - min) / 8
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  const step = magnitude * ([1, 2, 5].find((factor) => factor * magnitude >= rough) ?? 10)
  const first = Math.ceil(min / step)
  const count = Math.floor(top / step) - first + 1
  return { min, max: top, ticks: Array.from({ length: count }, (_, index) => (first + index) * step) }
}

function place(value: number, { min, max }: Axis, from: number, to: number): number {
  return Number((from + ((value - min) / (max - min)) * (to - from)).toFixed(2))
}

function text(x: number, y: number, content: string, anchor: Anchor, more = ''): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${INK}" ${more}>${escaped(content)}</text>`
}

function legend(x: number, y: number, colour: string, name: string): string {
  return `<line x1="${x}" x2="${x + 22}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2"/>${text(x + 28, y + 4, name, 'start')}`
}

/** Four digits are enough beside an axis. */
function short(value: number): string {
  return value === 0
    ? '0'
    : Number(value.toPrecision(4)).toLocaleString('en', { maximumSignificantDigits: 4, notation: 'compact' })
}

/** A token's symbol is whatever its maker wrote. */
function escaped(content: string): string {
  return content
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[\p{Cc}\p{Cs}]/gu, '\u{fffd}')
}
