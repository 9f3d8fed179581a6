export { EXIT } from './exit-codes.js'
export type { Host, Sink, Source } from './io.js'
export { type Profile, profileSchema } from './profile.js'
export { run } from './run.js'
