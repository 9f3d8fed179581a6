/** Keys of the actors, readable by the owner only. */
export const ACTORS_FILE = 'actors.json'

/** Everything that happened on the chain. */
export const JOURNAL_FILE = 'chain.journal'
