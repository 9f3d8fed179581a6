/** What a curve is asked; what the contracts behind `ICurve` take. */
export interface CurveParams {
  /** Units of the asset's decimals. */
  amount: bigint
  /** Shares in existence, 18 decimals. */
  supply: bigint
  /** Unlocked plus locked reserve, units of the asset's decimals. */
  reserve: bigint
  /** Price of the first share, asset units per 1e18 share units. */
  p0: bigint
  /** The curve's own parameter, 18 decimals; each curve says which. */
  k: bigint
}

/** A curve of the protocol, equal to its contract to the last unit. */
export interface Curve {
  /** Shares (18 decimals, rounded down) for an amount. Throws `CurveOutOfRangeError` and `CurveParametersError`. */
  sharesFor(params: CurveParams): bigint
  /** What the next share costs by the curve alone, asset units per 1e18 share units, rounded up. */
  askAt(state: Omit<CurveParams, 'amount'>): bigint
}
