/** A gas limit above an estimate: what an unused part costs is nothing, a creation that runs out of gas costs all of it. */
export const withMargin = (gas: bigint): bigint => gas + gas / 4n
