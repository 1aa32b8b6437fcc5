// Every setting that a configuration file may hold: one row each, and nowhere else. Defaults of options, `parley config`,
// its checks, the commented file and the table in docs/operating.md (a test compares) are derived from it.

import type { Result } from '../base/index.ts'
import type { Setting, SettingValue } from '../cli/config/index.ts'
import type { AccountMode } from '../protocol/index.ts'
import { readChannelHistory, readHost, readLabel, readPort } from './argument.ts'
import { logFormats } from './command-option.ts'

/** A setting, and the options of commands that it stands for. */
export interface CommandSetting extends Setting {
  /** The option's name as commander has it; absent: the last part of the key. */
  readonly option?: string
  /** The commands that it is for; absent: all that run a peer and have the option. */
  readonly commands?: readonly string[]
}

/** What starts a registry; all other commands are about a peer. */
const registryCommands = ['registry', 'server']
const accountModes = ['open', 'password', 'invite'] as const satisfies readonly AccountMode[]
const logLevels = ['debug', 'info', 'warn'] as const
export const colourModes = ['auto', 'always', 'never'] as const

type Problem = (value: SettingValue) => string | undefined

const byReader =
  (read: (text: string) => Result<unknown, string>): Problem =>
  (value) => {
    const result = read(String(value))
    // Readers answer with a sentence, and here it goes on from the key.
    return result.ok ? undefined : result.error.replace(/\.$/, '').replace(/^A/, 'a')
  }

const oneOf =
  (words: readonly string[]): Problem =>
  (value) =>
    words.includes(String(value)) ? undefined : `it is one of ${words.join(', ')}`

const port = byReader((text) => readPort(text, true))
const registryShape =
  /^(?:parley:\/\/[\w-]{43}@)?(?:[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?\/?$/

const peerSettings: readonly CommandSetting[] = [
  {
    key: 'profile',
    form: 'text',
    about: 'the account that commands are about',
    example: 'alice',
    otherwise: 'the only one, or the one used last',
    flag: '--profile',
    variable: 'PARLEY_PROFILE',
    notInProfile: true,
    problem: (value) =>
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/.test(String(value)) ? undefined : 'it is the name of an account',
  },
  {
    key: 'registry',
    form: 'text',
    about: 'the registry, as an invite link or HOST:PORT',
    example: 'registry.example:4747',
    otherwise: 'the one used last',
    flag: '--registry',
    variable: 'PARLEY_REGISTRY',
    problem: (value) =>
      registryShape.test(String(value)) ? undefined : 'it is an invite link (parley://KEY@HOST:PORT) or HOST:PORT',
  },
  {
    key: 'port',
    form: 'number',
    about: 'the own UDP port',
    example: 0,
    otherwise: 'any that is free',
    flag: '--port',
    commands: ['chat', 'daemon'],
    problem: port,
  },
  {
    key: 'plain',
    form: 'switch',
    about: 'one line per event and no cursor motion, also at a terminal',
    example: false,
    otherwise: 'false',
    flag: '--plain',
    commands: ['chat', 'client'],
  },
  {
    key: 'color',
    form: 'text',
    about: 'colours: auto, always or never (NO_COLOR and FORCE_COLOR go before a file)',
    example: 'auto',
    otherwise: 'auto',
    flag: '--color',
    commands: [],
    problem: oneOf(colourModes),
  },
  {
    key: 'notes-to-self',
    form: 'switch',
    about: 'whether messages to oneself are taken, as notes',
    example: true,
    otherwise: 'true',
    flag: '--no-notes-to-self',
    option: 'notesToSelf',
  },
  {
    key: 'log',
    form: 'path',
    about: 'a file for what happened, with times and without texts',
    example: '~/parley.log',
    otherwise: 'none',
    flag: '--log',
    variable: 'PARLEY_LOG',
  },
  {
    key: 'log-format',
    form: 'text',
    about: 'how its lines look: text or json',
    example: 'text',
    otherwise: 'text',
    flag: '--log-format',
    option: 'logFormat',
    problem: oneOf(logFormats),
  },
  {
    key: 'timeout',
    form: 'number',
    about: 'how long commands that wait do so, in seconds',
    example: 30,
    otherwise: 'what each command says',
    flag: '--timeout',
    problem: (value) => (Number(value) >= 1 && Number(value) <= 86_400 ? undefined : 'it is 1 to 86400 seconds'),
  },
  {
    key: 'web.port',
    form: 'number',
    about: 'the TCP port of the page',
    example: 0,
    otherwise: '4780, or any that is free',
    flag: '--port',
    commands: ['web'],
    problem: port,
  },
  {
    key: 'web.open',
    form: 'switch',
    about: 'whether the page is opened in the browser',
    example: true,
    otherwise: 'true',
    flag: '--no-open',
    commands: ['web'],
  },
]

const serverSettings: readonly CommandSetting[] = [
  {
    key: 'server.host',
    form: 'text',
    about: 'the address that a registry listens on',
    example: '0.0.0.0',
    otherwise: '0.0.0.0',
    flag: '--host',
    problem: byReader(readHost),
  },
  {
    key: 'server.port',
    form: 'number',
    about: 'its UDP port',
    example: 4747,
    otherwise: '4747',
    flag: '--port',
    problem: port,
  },
  {
    key: 'server.data',
    form: 'path',
    about: 'the folder for its key and its store',
    example: '~/parley-registry',
    otherwise: 'what `parley paths` prints',
    flag: '--data',
  },
  {
    key: 'server.name',
    form: 'text',
    about: 'what it calls itself',
    example: 'Parley',
    otherwise: 'Parley',
    flag: '--name',
    problem: byReader(readLabel),
  },
  {
    key: 'server.accounts',
    form: 'text',
    about: 'who may take a new name: open, password or invite',
    example: 'open',
    otherwise: 'open',
    flag: '--accounts',
    problem: oneOf(accountModes),
  },
  {
    key: 'server.channel-history',
    form: 'text',
    about: 'how many messages to everybody are kept, and for how many days',
    example: '1000,30',
    otherwise: '1000,30',
    flag: '--channel-history',
    option: 'channelHistory',
    problem: byReader(readChannelHistory),
  },
  {
    key: 'server.table',
    form: 'path',
    about: 'a file with the table of clients',
    example: '~/parley-clients.txt',
    otherwise: 'none',
    flag: '--table',
  },
  {
    key: 'server.log',
    form: 'path',
    about: 'its log file',
    example: '~/parley-registry.log',
    otherwise: 'none',
    flag: '--log',
  },
  {
    key: 'server.log-format',
    form: 'text',
    about: 'how its lines look: text or json',
    example: 'json',
    otherwise: 'text',
    flag: '--log-format',
    option: 'logFormat',
    problem: oneOf(logFormats),
  },
  {
    key: 'server.log-level',
    form: 'text',
    about: 'the least level of its log: debug, info or warn',
    example: 'info',
    otherwise: 'info',
    flag: '--log-level',
    option: 'logLevel',
    problem: oneOf(logLevels),
  },
  {
    key: 'server.log-addresses',
    form: 'switch',
    about: 'whether its log holds the addresses of peers',
    example: true,
    otherwise: 'true',
    flag: '--no-log-addresses',
    option: 'logAddresses',
  },
  {
    key: 'server.web',
    form: 'number',
    about: 'the TCP port of its window, on loopback; 0 for any that is free',
    example: 8080,
    otherwise: 'no window',
    flag: '--web',
    problem: port,
  },
]

/** Tables stand behind what is in none, as TOML wants it. */
export const settings: readonly CommandSetting[] = [
  ...peerSettings,
  ...serverSettings.map((setting): CommandSetting => ({ ...setting, notInProfile: true, commands: registryCommands })),
]

/** The name of a setting's option as commander has it. */
export function optionName({ key, option }: CommandSetting): string {
  return option ?? key.slice(key.lastIndexOf('.') + 1)
}

/** Whether a setting is for a command that has its option. */
export function isFor({ commands }: CommandSetting, command: string): boolean {
  return commands === undefined ? !registryCommands.includes(command) : commands.includes(command)
}
