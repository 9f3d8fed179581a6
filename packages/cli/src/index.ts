export type { Io, Sink } from './io.js'
export { type Profile, profileSchema } from './profile.js'
export { run } from './run.js'
