// Why a store did not do what it was asked. `storeFull` passes when there is room again; `storeClosed` means that the
// store is going down; after `storeFailed` the outcome of the call is that nothing was kept.

export interface StoreFailure {
  readonly code: 'storeFailed' | 'storeFull' | 'storeClosed'
  /** What the database said, for the log. */
  readonly detail: string
}
