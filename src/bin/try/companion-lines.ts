// What the companions of `parley try` say: each line is true, and points at the next thing to look at.

import { adaName, graceName } from './stage.ts'

export const adaHello = `Hello, I am ${adaName}. Type /open ${adaName} and then anything you like.`

/** Ada's answer to somebody's message number `count`, from 1. */
export function adaAnswer(count: number, text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 60).split('\n')[0]} ...` : text.split('\n')[0]
  switch (count) {
    case 1:
      return `"${shown}" came straight to me, from your process to mine: the registry only introduced us.`
    case 2:
      return `The mark behind your line is true: I had stored it when it said so. Now write to ${graceName}; she is away.`
    case 3:
      return `/history ${adaName} shows what we said, /clients who is here. I only echo from now on.`
    default:
      return `you said: ${shown}`
  }
}

export const graceAnswer =
  'Sorry, I was away! Your message waited for me, sealed, in the mailbox at the registry, and only I could open it.'

/** Grace's answers after the first. */
export function graceEcho(text: string): string {
  return `I have it: ${text.length > 60 ? `${text.slice(0, 60)} ...` : text}`.replaceAll('\n', ' ')
}
