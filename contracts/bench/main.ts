import build from '../test/support/build.ts'
import { filesOf, writeFiles } from './files.ts'
import { reportOf } from './row.ts'
import { tableOf } from './table.ts'

/** Measures everything, writes gas.json and GAS.md, and ends with the report in one line. */
async function main(): Promise<void> {
  build()
  // Opens the artifacts, which `build` has just written.
  const { runBench } = await import('./bench.ts')
  const results = await runBench()
  writeFiles(filesOf(results))
  const report = reportOf(results)
  console.log(tableOf(report.rows))
  console.log(JSON.stringify(report))
}

await main()
