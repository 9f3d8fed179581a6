/** Where pods go, and what they are made of. */
export interface PodParams {
  /** With Node and this package of the datatrust's version in it. */
  image: string
  /** How a pod runs a task; default: `gristmill-engine-task`. */
  command?: readonly string[]
  /** PersistentVolumeClaim in which the spool lies. */
  claim: string
  /** Where in it, `a/b`; default: its root. */
  claimPath?: string
  /** A sandbox of the cluster: gVisor, Kata. */
  runtimeClass?: string
  /** Labels that a node must have: next to the data. */
  nodeSelector?: Readonly<Record<string, string>>
  /** Whom the spool belongs to: the user of the datatrust. */
  uid: number
  gid: number
}
