#!/usr/bin/env node
import { JobDirectory } from '../spool/job-directory.js'
import { executorOf } from './executors.js'
import { runTask } from './run-task.js'

// What a node runs: `gristmill-engine-task DIRECTORY [INDEX]`. It answers by files in the directory alone: nothing on its
// standard output, and no exit code that depends on the data.
const [directory, given] = process.argv.slice(2)
const index = Number(given ?? process.env.JOB_COMPLETION_INDEX)
if (directory === undefined || !Number.isSafeInteger(index) || index < 0) {
  process.exitCode = 2
} else {
  await runTask(new JobDirectory(directory), index, executorOf).catch(() => {
    process.exitCode = 1
  })
}
