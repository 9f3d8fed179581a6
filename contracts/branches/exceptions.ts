/** An outcome that no test brings about. */
export interface Exception {
  file: string
  kind: string
  /** As the report shows it. */
  text: string
  reason: string
}

export const exceptions: readonly Exception[] = []
