import { join } from 'node:path'
import { DiskBlobStore } from '@gristmill/storage'
import { describeProcesses } from './_processes.js'

describeProcesses({
  name: 'directory',
  variables: async () => ({}),
  open: ({ directory }) => DiskBlobStore.open(join(directory, 'blobs'), { access: 'shared' }),
  tried: 'database',
})
