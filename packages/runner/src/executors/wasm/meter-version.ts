/** Version of the charging rules; part of the runtime digest. */
export const METER_VERSION = 1
