// Who wins: the environment before the profile's file before the user's before the system's before what is built in; the
// command line goes before all of them and is not known here. docs/operating.md, "Configuration".

import type { ConfigFile } from './config-file.ts'
import { type ConfigKind, readValue, type Setting, type SettingValue, valueProblem } from './setting.ts'

/** Where a value comes from. */
export type SettingOrigin =
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: ConfigKind; readonly path: string; readonly line: number }
  | { readonly kind: 'default' }

export interface SettledSetting {
  readonly setting: Setting
  /** Undefined where nothing sets it. */
  readonly value: SettingValue | undefined
  readonly origin: SettingOrigin
}

/** A variable whose value is not right. */
export interface VariableProblem {
  readonly variable: string
  readonly text: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** Every setting with what it is and why. `files`: the one that wins first. */
export function settle(
  settings: readonly Setting[],
  files: readonly ConfigFile[],
  environment: Environment,
): { readonly settled: readonly SettledSetting[]; readonly problems: readonly VariableProblem[] } {
  const problems: VariableProblem[] = []
  const settled = settings.map((setting): SettledSetting => {
    const { variable } = setting
    const given = variable === undefined ? undefined : environment[variable]
    if (variable !== undefined && given !== undefined && given !== '') {
      const value = readValue(setting, given)
      const problem = value === undefined ? `${setting.key} is another kind of value` : valueProblem(setting, value)
      if (problem === undefined) return { setting, value, origin: { kind: 'environment', variable } }
      problems.push({ variable, text: problem })
    }
    for (const { kind, path, entries } of files) {
      const entry = entries.get(setting.key)
      if (entry) return { setting, value: entry.value, origin: { kind, path, line: entry.line } }
    }
    return { setting, value: undefined, origin: { kind: 'default' } }
  })
  return { settled, problems }
}
