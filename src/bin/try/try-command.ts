// `parley try`: the main job in one go on one machine. At a terminal, a person talks with Ada and Grace; off a terminal,
// a script does, and proves that every message was stored exactly once.

import type { PeerApi, PeerEvent } from '../../api/index.ts'
import { openTerminal, chooseForm } from '../chat-command.ts'
import { type ExitCode, exitCodeOfFace } from '../exit-code.ts'
import { terminationOfProcess } from '../termination.ts'
import { adaAnswer, adaHello, graceAnswer, graceEcho } from './companion-lines.ts'
import type { Companion } from './companion.ts'
import { runScript } from './script.ts'
import { adaName, graceName, setStage, type Stage } from './stage.ts'

export interface TryOptions {
  readonly keep?: boolean
  readonly plain?: boolean
}

export async function runTry(options: TryOptions): Promise<ExitCode> {
  const startedAt = performance.now()
  const keep = options.keep === true
  const { signal, cause } = terminationOfProcess()
  const isAttended = chooseForm(options) === 'terminal'
  if (isAttended) process.stdout.write('Starting a registry and two companions ...\n')
  const stage = await setStage(keep)
  try {
    playAda(stage)
    playGrace(stage)
    if (!isAttended)
      return await runScript(stage, { startedAt, signal, write: (line) => void process.stdout.write(`${line}\n`) })
    const face = openTerminal(signal)
    const running = face.run(withoutVisit(stage))
    for (const line of whatToType) face.note(line)
    stage.ada.say(stage.peer.name, adaHello)
    return exitCodeOfFace(await running, true, cause())
  } finally {
    await stage[Symbol.asyncDispose]()
    if (keep) process.stdout.write(whereItIs(stage))
  }
}

const whatToType = [
  `${adaName} is here: type /open ${adaName} and then say something.`,
  `${graceName} is away: /send ${graceName} are you there? goes to her mailbox, and she comes back for it.`,
  '/clients shows who is here; /quit leaves, and nothing of this stays behind.',
]

/** The person's peer, silent about the short visit with which Grace got her mailbox. */
function withoutVisit(stage: Stage): PeerApi {
  const { peer } = stage
  const subscribe = (listener: (event: PeerEvent) => void): (() => void) =>
    peer.subscribe((event) => {
      const isVisit = event.type === 'presence' && event.name === graceName && !stage.hasGraceReturned()
      if (!isVisit) listener(event)
    })
  return new Proxy(peer, {
    get: (target, key) => {
      if (key === 'subscribe') return subscribe
      const member: unknown = Reflect.get(target, key, target)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

/** Ada answers whatever the person says to her. */
function playAda({ ada, peer }: Stage): void {
  let count = 0
  ada.onEvent((event) => {
    if (event.type === 'message' && event.from === peer.name) ada.say(event.from, adaAnswer(++count, event.text))
  })
}

/** Grace comes back as soon as a message waits in her mailbox, and stays. */
function playGrace(stage: Stage): void {
  let isBack = false
  stage.peer.subscribe((event) => {
    if (isBack || event.type !== 'state' || event.to !== graceName || event.state !== 'mailbox') return
    isBack = true
    stage.bringGrace((grace) => greet(grace))
  })
}

function greet(grace: Companion): void {
  let count = 0
  grace.onEvent((event) => {
    if (event.type === 'message') grace.say(event.from, count++ === 0 ? graceAnswer : graceEcho(event.text))
  })
}

function whereItIs({ folder, invite, peer }: Stage): string {
  return [
    `Kept: ${folder}`,
    `To go on: parley registry --host 127.0.0.1 --port ${invite.slice(invite.lastIndexOf(':') + 1)} --data ${folder}/registry`,
    `     and: parley chat ${peer.name} --home ${folder}/you`,
    '',
  ].join('\n')
}
