// k-means: rows are grouped around `k` centres. Parameter: passes. k follows from the policy: the length of the output.
// Begins with rows that the seed draws, far from each other (k-means++), and stops when no row changes its group.

function run({ rows, dimensions, parameters, seed, features }, output) {
  const [passes] = parameters
  const k = output.length / dimensions
  if (!Number.isInteger(k) || k < 1) throw new Error('made for a policy of the family "centroids" without labels')
  const distance = (row, centre) => {
    let sum = 0
    for (let i = 0; i < dimensions; i++) sum += (features[row * dimensions + i] - output[centre * dimensions + i]) ** 2
    return sum
  }
  const put = (centre, row) => {
    for (let i = 0; i < dimensions; i++) output[centre * dimensions + i] = features[row * dimensions + i]
  }

  const draw = drawing(seed)
  put(0, Math.floor(draw() * rows))
  const nearest = new Float64Array(rows).fill(Infinity)
  for (let centre = 1; centre < k; centre++) {
    let sum = 0
    for (let row = 0; row < rows; row++) {
      nearest[row] = Math.min(nearest[row], distance(row, centre - 1))
      sum += nearest[row]
    }
    let left = draw() * sum
    let chosen = 0
    while (chosen < rows - 1 && left >= nearest[chosen]) left -= nearest[chosen++]
    put(centre, chosen)
  }

  const groups = new Int32Array(rows).fill(-1)
  for (let pass = 1; pass <= passes; pass++) {
    let changed = 0
    for (let row = 0; row < rows; row++) {
      let best = 0
      for (let centre = 1; centre < k; centre++) if (distance(row, centre) < distance(row, best)) best = centre
      if (groups[row] !== best) changed++
      groups[row] = best
    }
    // Heard by who tries it on data of their own; on a maker's it goes nowhere.
    console.log('pass', pass, 'moved', changed, 'rows')
    if (changed === 0) break
    for (let centre = 0; centre < k; centre++) {
      const members = groups.reduce((sum, group) => sum + (group === centre ? 1 : 0), 0)
      if (members === 0) continue
      for (let i = 0; i < dimensions; i++) {
        let sum = 0
        for (let row = 0; row < rows; row++) if (groups[row] === centre) sum += features[row * dimensions + i]
        output[centre * dimensions + i] = sum / members
      }
    }
  }
  // In an order that does not depend on the draw.
  const centres = Array.from({ length: k }, (_, centre) => [
    ...output.subarray(centre * dimensions, (centre + 1) * dimensions),
  ])
  output.set(centres.sort((a, b) => a[0] - b[0]).flat())
}

/** Numbers in [0, 1) from the seed: xorshift128 (Marsaglia, "Xorshift RNGs", 2003). */
function drawing(seed) {
  const state = new Uint32Array(seed.slice(0, 16).buffer)
  if (state.every((word) => word === 0)) state[0] = 1
  return () => {
    const mixed = state[3] ^ (state[3] << 11)
    state.copyWithin(1, 0, 3)
    state[0] = state[1] ^ (state[1] >>> 19) ^ mixed ^ (mixed >>> 8)
    return state[0] / 2 ** 32
  }
}
