// The box in which one writes. Enter sends (or Ctrl+Enter, as the settings say), never while letters are being composed;
// what is typed is kept as a draft; what is sent stands in the transcript at once and is repeated until the peer has it.

import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import type { ConversationKey } from '../../../api/index.ts'
import { unreachable } from '../../../base/index.ts'
import { textBytesMax } from '../../../protocol/index.ts'
import { Icon, IconButton } from '../../ui/index.ts'
import { usePage } from '../model/index.ts'
import { startSearchWith } from '../search/search-start.ts'
import { useSettings } from '../settings/index.ts'
import { useShell } from '../shell/shell-context.tsx'
import { errorLine, plainText } from '../words/index.ts'
import { ClosedComposer, useClosedReason } from './closed-composer.tsx'
import { outgoingOf } from './page-outgoing.ts'
import { bytesOf, commands, counterBytes, placeOf, readTyped, type Typed } from './typed-line.ts'
import { useDraft } from './use-draft.ts'
import { useRecall } from './use-recall.ts'
import './composer.css'

export interface ComposerProps {
  readonly conversation: ConversationKey
}

export function Composer({ conversation }: ComposerProps): ReactNode {
  const closed = useClosedReason(conversation)
  if (closed !== undefined) return <ClosedComposer conversation={conversation} reason={closed} />
  return <OpenComposer conversation={conversation} />
}

type Note = { readonly tone: 'bad' | 'plain'; readonly text: string } | { readonly tone: 'help' }

function OpenComposer({ conversation }: ComposerProps): ReactNode {
  const { enterSends } = useSettings()
  const box = useRef<HTMLTextAreaElement>(null)
  const { text, note, write, send, onKeyDown } = useWriting(conversation, box, enterSends)
  useGrowth(box, text)
  useFirstFocus(box)
  const bytes = bytesOf(text)
  const isTooLong = bytes > textBytesMax
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <div id="composer-note" className="composer-notes" role="status">
        {isTooLong ? <TooLong bytes={bytes} /> : note !== undefined && <NoteView note={note} />}
      </div>
      <div className="composer-box" data-bad={isTooLong}>
        <textarea
          ref={box}
          className="composer-text"
          rows={1}
          value={text}
          placeholder={placeholderOf(conversation)}
          aria-label={placeholderOf(conversation)}
          aria-describedby="composer-note"
          aria-invalid={isTooLong}
          autoComplete="off"
          dir="auto"
          enterKeyHint={enterSends ? 'send' : 'enter'}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {bytes >= counterBytes && (
          <span className="composer-count" aria-hidden="true">
            {(textBytesMax - bytes).toLocaleString('en')}
          </span>
        )}
        <IconButton
          type="submit"
          className="composer-send"
          icon="send"
          label="Send"
          keys={enterSends ? 'Enter' : 'Ctrl+Enter'}
          aria-disabled={text.trim() === '' || isTooLong}
        />
      </div>
    </form>
  )
}

interface Writing {
  readonly text: string
  readonly note: Note | undefined
  readonly write: (text: string) => void
  readonly send: () => void
  readonly onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => void
}

/** The text of the box, and what its keys do. */
function useWriting(
  conversation: ConversationKey,
  box: { readonly current: HTMLTextAreaElement | null },
  enterSends: boolean,
): Writing {
  const draft = useDraft(conversation)
  const { text } = draft
  const [note, setNote] = useState<Note>()
  const deliver = useDelivery(conversation)
  const write = (next: string): void => {
    draft.write(next)
    if (note !== undefined) setNote(undefined)
  }
  const recall = useRecall(conversation, text, (recalled) => {
    write(recalled)
    requestAnimationFrame(() => box.current?.setSelectionRange(recalled.length, recalled.length))
  })
  const send = (): void => {
    const said = deliver(text)
    setNote(said)
    if (said?.tone === 'bad') return
    if (text.trim() !== '') draft.clear()
    recall.forget()
    box.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // While an input method composes, Enter and the arrows are its own.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (event.key === 'Enter' && wantsToSend(event, enterSends)) {
      event.preventDefault()
      send()
    } else if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && !hasModifier(event)) {
      if (recall.press(event.key === 'ArrowUp' ? 1 : -1)) event.preventDefault()
    } else if (event.key === 'Escape' && note !== undefined) {
      event.preventDefault()
      setNote(undefined)
    }
  }
  return { text, note, write, send, onKeyDown }
}

function TooLong({ bytes }: { readonly bytes: number }): ReactNode {
  const [is, most] = [bytes, textBytesMax].map((count) => count.toLocaleString('en'))
  return (
    <p className="composer-note composer-bad">
      <Icon name="alert" size={15} />
      {is} of at most {most} bytes: shorten it, or send it in parts.
    </p>
  )
}

function NoteView({ note }: { readonly note: Note }): ReactNode {
  if (note.tone !== 'help') {
    return <p className={note.tone === 'bad' ? 'composer-note composer-bad' : 'composer-note'}>{note.text}</p>
  }
  return (
    <dl className="composer-note composer-help">
      {commands.map(({ usage, does }) => (
        <div key={usage}>
          <dt>{usage}</dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Sends, or does what the command says. Answers what is to be told; `bad`: nothing was done, and the text stays. */
function useDelivery(conversation: ConversationKey): (text: string) => Note | undefined {
  const page = usePage()
  const shell = useShell()
  const obey = (typed: Extract<Typed, { kind: 'command' }>): Note | undefined => {
    switch (typed.command) {
      case 'help':
        return { tone: 'help' }
      case 'search':
        startSearchWith(typed.rest)
        shell.openSearch(conversation)
        return undefined
      case 'open': {
        const place = placeOf(typed.rest)
        if (place === undefined)
          return { tone: 'bad', text: '/open NAME, /open #3 for room 3, /open everyone for the channel.' }
        page.select(place)
        return undefined
      }
      default:
        return unreachable(typed.command)
    }
  }
  return (text) => {
    const typed = readTyped(text)
    switch (typed.kind) {
      case 'empty':
        return undefined
      case 'command':
        return obey(typed)
      case 'unknown': {
        const near = typed.nearest === undefined ? '' : ` Did you mean /${typed.nearest}?`
        const word = plainText(typed.word).slice(0, 40)
        return { tone: 'bad', text: `Nothing was sent: /${word} is no command here.${near} // sends a slash.` }
      }
      case 'message':
        if (bytesOf(typed.text) > textBytesMax) return { tone: 'bad', text: 'Nothing was sent: it is too long.' }
        try {
          outgoingOf(page).send(conversation, typed.text)
          return undefined
        } catch (error) {
          return { tone: 'bad', text: errorLine(error) }
        }
      default:
        return unreachable(typed)
    }
  }
}

function wantsToSend(event: KeyboardEvent, enterSends: boolean): boolean {
  const isPlain = !event.shiftKey && !event.altKey
  return isPlain && (event.ctrlKey || event.metaKey || enterSends)
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.shiftKey || event.ctrlKey || event.altKey || event.metaKey
}

function placeholderOf(key: ConversationKey): string {
  switch (key.kind) {
    case 'person':
      return `Message to ${plainText(key.name)}`
    case 'room':
      return 'Message to the room'
    case 'channel':
      return 'Message to everybody'
    default:
      return unreachable(key)
  }
}

/** The box is as high as its text, up to what the style allows. */
function useGrowth(box: { readonly current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const area = box.current
    if (area === null) return
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }, [box, text])
}

/** Where there is a keyboard, an opened conversation is ready to be written in. */
function useFirstFocus(box: { readonly current: HTMLTextAreaElement | null }): void {
  useLayoutEffect(() => {
    if (!window.matchMedia('(hover: hover) and (pointer: fine)').matches) return
    const active = document.activeElement
    const isTaken = active instanceof HTMLElement && active.matches('input, [role="dialog"] *')
    if (!isTaken) box.current?.focus({ preventScroll: true })
  }, [box])
}
