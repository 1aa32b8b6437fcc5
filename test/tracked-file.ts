// What a file of this repository may look like, whatever is in it: how long it is, and that it tells nothing of the
// machine it was written on. Pure, so that the tests can plant faults.

/** Longer files hold two things that want two names. The linter counts the same; it sees TypeScript only. */
const linesMax = { code: 400, test: 600 } as const

/** Absolute paths of one machine, and where a lock file's packages were fetched from: both are true in one place only. */
const foreign = [
  /(?<![\w.])\/(?:home|root|Users)\/[\w.-]+/,
  /(?<![\w.])\/tmp\/[\w-]+/,
  /\b[A-Z]:\\Users\\/,
  /"resolved": "https?:/,
]

/** Sentences about what is wrong with one file; none where all is well. */
export function findFaults(path: string, text: string): string[] {
  const faults: string[] = []
  if (/\.[cm]?[jt]sx?$/.test(path)) {
    const limit = /\.test\.\w+$|^(?:sim|test|bench)\//.test(path) ? linesMax.test : linesMax.code
    const lines = text.split('\n').length - 1
    if (lines > limit) faults.push(`${path} has ${lines} lines, more than ${limit}`)
  }
  for (const [index, line] of text.split('\n').entries()) {
    const found = foreign.map((pattern) => pattern.exec(line)?.[0]).find((match) => match !== undefined)
    if (found !== undefined) faults.push(`${path}:${index + 1} names ${found}`)
  }
  return faults
}
