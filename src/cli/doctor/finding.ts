// What the doctor found: what it looked at, how that is, and, where it is not well, why and what to do. Contract: every
// warning and problem says its mend; a text claims what was seen and no more.

export type Level = 'ok' | 'warning' | 'problem'

export interface Finding {
  /** What was looked at, one word or two: `registry`, `clock`. */
  readonly check: string
  readonly level: Level
  readonly text: string
  readonly cause?: string
  readonly mend?: string
}

/** For people: a line each, with cause and mend below what is not well. */
export function reportText(findings: readonly Finding[], paint: (level: Level, text: string) => string): string {
  const width = Math.max(...findings.map(({ check }) => check.length)) + 2
  const lines = findings.flatMap(({ check, level, text, cause, mend }) => {
    const indent = ' '.repeat(9 + width)
    const below = [
      cause === undefined ? [] : [`${indent}why: ${cause}`],
      mend === undefined ? [] : [`${indent}mend: ${mend}`],
    ]
    return [`${paint(level, level.padEnd(9))}${check.padEnd(width)}${text}`, ...below.flat()]
  })
  return [...lines, '', summary(findings)].join('\n')
}

function summary(findings: readonly Finding[]): string {
  const count = (level: Level): number => findings.filter((finding) => finding.level === level).length
  const [problems, warnings] = [count('problem'), count('warning')]
  if (problems + warnings === 0) return 'All is well.'
  return `${problems} ${problems === 1 ? 'problem' : 'problems'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`
}

/** For programs; fields are added and never taken away. */
export function reportJson(findings: readonly Finding[]): string {
  return JSON.stringify({ type: 'doctor', ok: findings.every(({ level }) => level !== 'problem'), findings })
}

/** What is told by name, and the word to show for it. */
export type Secrets = readonly (readonly [secret: string, word: string])[]

/** Keys, fingerprints and addresses, whatever they belong to. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/^"[^"]*" at /g, '"[registry]" at '],
  [/parley:\/\/[\w-]+@/g, 'parley://[key]@'],
  [/\b(?:[a-z2-7]{4}-){7}[a-z2-7]{4}\b/g, '[key]'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '[address]'],
  [/\[?(?<![\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?=[0-9a-f:]*::)[0-9a-f:]{2,39})(?![\w:])\]?/gi, '[address]'],
]

/** The findings, so that they can be shown to strangers: without names, addresses, keys and the home. */
export function redact(findings: readonly Finding[], secrets: Secrets): Finding[] {
  const longest = secrets.filter(([secret]) => secret !== '').toSorted(([a], [b]) => b.length - a.length)
  const clean = (text: string): string => {
    let now = text
    for (const [secret, word] of longest) now = now.replaceAll(secret, word)
    for (const [shape, word] of shapes) now = now.replaceAll(shape, word)
    return now
  }
  return findings.map(({ cause, mend, ...finding }) => ({
    ...finding,
    text: clean(finding.text),
    ...(cause === undefined ? {} : { cause: clean(cause) }),
    ...(mend === undefined ? {} : { mend: clean(mend) }),
  }))
}
