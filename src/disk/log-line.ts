// One line of a log for people, made of one for programs. Invariant: whatever a line holds, the result is one line that
// reaches no control of a terminal.

/** How lines look: one JSON object each; with date and level; or with the time of day only, for a console. */
export type LogForm = 'json' | 'text' | 'console'

/** Control, formatting (bidirectional, zero width) and line separators. */
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * The line in a form. `line` is one JSON object with `time` (ISO 8601, UTC), `level` and `msg`, as pino writes it; its
 * other fields become `name=value`.
 */
export function formatLogLine(line: string, form: LogForm): string {
  if (form === 'json') return line
  const { time = '', level = '', msg = '', ...fields } = JSON.parse(line) as Partial<Record<string, string>>
  const clock = form === 'text' ? time.replace('T', ' ').replace('Z', '') : time.slice(11, 19)
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${valueText(value)}`)
  return `${[clock, level.padEnd(5), msg, ...rest].join(' ').replace(controls, '\ufffd')}\n`
}

/** A value with blanks is quoted, so that nobody's text looks like a field of ours. */
function valueText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
}
