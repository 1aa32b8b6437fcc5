// `parley doctor`: looks at everything that a peer needs, and says of each thing how it is, why, and how to mend it. It
// changes nothing, logs in nowhere, and leaves a running peer alone.

import { homedir } from 'node:os'
import { styleText } from 'node:util'
import { chooseProfile } from '../api/index.ts'
import { ParleyError } from '../base/index.ts'
import { type Finding, type Level, redact, reportJson, reportText, type Secrets } from '../cli/doctor/index.ts'
import { accountFolder, chooseRegistry, KnownRegistries, type RegistryChoice } from '../peer/index.ts'
import { parseRegistryTarget } from '../protocol/index.ts'
import { errorText, wantsColour } from '../terminal/index.ts'
import { examinePeer, examineProfile, examineVersions } from './doctor-machine.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { guessOf, placeOf, readSettings, type Settings } from './settings.ts'

export interface DoctorOptions {
  readonly registry?: string
  readonly profile?: string
  readonly home?: string
  readonly config?: string
  /** Seconds. */
  readonly timeout?: number
  readonly json?: boolean
  readonly redact?: boolean
}

const timeoutDefaultS = 5

export async function runDoctor(options: DoctorOptions): Promise<ExitCode> {
  const found = await examine(options)
  const findings = options.redact === true ? redact(found.findings, found.secrets) : found.findings
  const colour = wantsColour(process.env, process.stdout.isTTY)
  const styles = { ok: 'green', warning: 'yellow', problem: 'red' } as const
  const paint = (level: Level, text: string): string =>
    colour ? styleText(styles[level], text, { validateStream: false }) : text
  process.stdout.write(`${options.json === true ? reportJson(findings) : reportText(findings, paint)}\n`)
  return exitCodeOfFindings(findings)
}

/** 0 without problems; 3 where the registry is the only one, 1 otherwise. */
export function exitCodeOfFindings(findings: readonly Finding[]): ExitCode {
  const problems = findings.filter(({ level }) => level === 'problem')
  if (problems.length === 0) return exitCodes.done
  return problems.every(({ check }) => check === 'registry') ? exitCodes.unreachable : exitCodes.failed
}

/** All findings, and what `--redact` takes out of them. */
export async function examine(options: DoctorOptions): Promise<{ findings: Finding[]; secrets: Secrets }> {
  const { home } = options
  const findings: Finding[] = [examineVersions()]
  const configured = await examineConfig(options, findings)
  const settled = (key: string): string | undefined => {
    const value = configured?.settled.find(({ setting }) => setting.key === key)?.value
    return value === undefined ? undefined : String(value)
  }
  const name = profileOf(options.profile ?? settled('profile'), home, findings)
  const folder = name === undefined ? undefined : accountFolder(name, home)
  if (name !== undefined && folder !== undefined) {
    const { finding, isRunning } = await examinePeer(name, home)
    findings.push(...examineProfile(folder, isRunning), finding)
  }
  const registry = options.registry ?? settled('registry')
  const choice = choiceOf(registry, folder, findings)
  if (choice) {
    const { examineNetwork } = await import('./doctor-registry.ts')
    const timeoutS = options.timeout ?? Number(settled('timeout') ?? timeoutDefaultS)
    findings.push(...(await examineNetwork({ choice, timeoutMs: timeoutS * 1_000 })))
  }
  const secrets: Secrets = [
    [homedir(), '[home]'],
    [home ?? '', '[home]'],
    [process.env['PARLEY_HOME'] ?? '', '[home]'],
    [folder ?? '', '[profile]'],
    [name ?? '', '[name]'],
    [choice?.target.host ?? '', '[registry]'],
  ]
  return { findings, secrets }
}

async function examineConfig(options: DoctorOptions, findings: Finding[]): Promise<Settings | undefined> {
  const check = 'settings'
  try {
    const found = await readSettings(options)
    const faults = found.files.flatMap((file) => file.findings)
    for (const fault of faults) {
      const level = fault.severity === 'error' ? 'problem' : 'warning'
      const mend = fault.mend ?? (await guessOf(fault.unknownKey)) ?? 'remove the line'
      findings.push({ check, level, text: `${placeOf(fault)}: ${fault.text}`, mend })
    }
    for (const { variable, text } of found.problems) {
      findings.push({
        check,
        level: 'problem',
        text: `${variable}: ${text}`,
        mend: `unset ${variable}, or set it rightly`,
      })
    }
    const there = found.files.filter(({ text }) => text !== undefined).map(({ path }) => path)
    const text =
      there.length === 0 ? 'none is set in a file' : `${there.join(', ')} ${there.length === 1 ? 'is' : 'are'} right`
    if (faults.length + found.problems.length === 0) findings.push({ check, level: 'ok', text })
    return found
  } catch (error) {
    findings.push(findingOf(check, error))
    return undefined
  }
}

function profileOf(given: string | undefined, home: string | undefined, findings: Finding[]): string | undefined {
  try {
    return chooseProfile({ ...(home === undefined ? {} : { home }), given })
  } catch (error) {
    const isNone = error instanceof ParleyError && error.code === 'noProfile'
    const none: Finding = { check: 'profile', level: 'ok', text: 'there is none yet; `parley chat NAME` makes one' }
    findings.push(
      isNone ? none : { ...findingOf('profile', error), level: 'warning', mend: 'name one: --profile NAME' },
    )
    return undefined
  }
}

function choiceOf(
  registry: string | undefined,
  folder: string | undefined,
  findings: Finding[],
): RegistryChoice | undefined {
  try {
    if (folder !== undefined) return chooseRegistry(registry, new KnownRegistries(folder))
    const target = registry === undefined ? undefined : parseRegistryTarget(registry)
    if (target === undefined) throw new ParleyError('noRegistry')
    if (!target.ok) throw new ParleyError('badRegistry', { details: { registry, problem: target.error } })
    return { target: target.value, key: target.value.key, otherKey: undefined }
  } catch (error) {
    const isNone = error instanceof ParleyError && error.code === 'noRegistry'
    const text = 'none is known, so the network was not looked at'
    const none: Finding = { check: 'registry', level: 'warning', text, mend: 'name one: --registry INVITE' }
    findings.push(isNone ? none : findingOf('registry', error))
    return undefined
  }
}

function findingOf(check: string, error: unknown): Finding {
  const { text, hints } = errorText(error)
  return { check, level: 'problem', text, mend: hints.join(' ') || 'see docs/operating.md' }
}
