/** Frees room for a write that the disk refused; false if there is none to free. */
export interface Reserve {
  /** For the log, which must not fail. */
  spendOnLog(): boolean
  /** For a table, or what else one statement needs. */
  spendOnPage(): boolean
}
