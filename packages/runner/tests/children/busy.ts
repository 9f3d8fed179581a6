import { serveTask } from '../../dist/executors/serve-task.js'

// Code that never lets go of its thread.
await serveTask(async () => {
  for (;;);
})
