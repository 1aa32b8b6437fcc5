// What a program must know of docs/json.md before it reads a line, apart from the schemas, which only tests need.

/** Grows when a field changes its meaning or goes away, never when one is added. */
export const jsonSchemaVersion = 1

/** What was done at a command's word; the face's deeds. */
export const jsonDeeds = [
  'requested',
  'rejected',
  'withdrawn',
  'added',
  'aliased',
  'removed',
  'blocked',
  'unblocked',
  'passwordChanged',
] as const
