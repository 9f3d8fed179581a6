/** First byte that a sandbox writes, when it can work and has read nothing yet: what ends before is no algorithm's doing. */
export const READY = 0x52

/** Longest until then, its libraries loaded, on a machine that is very busy. */
export const START_MS = 30_000
