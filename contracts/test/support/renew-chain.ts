import { renewChain } from './chain.ts'

await renewChain()
