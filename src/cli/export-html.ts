// Transcripts as one page of HTML that needs nothing and runs nothing: no script, no request, its own style only, which its
// policy names by hash. Whatever others wrote is text.

import { createHash } from 'node:crypto'
import { isoTime, visibleText } from '../terminal/index.ts'
import { changeText, speakerOf, stateWord } from './export-words.ts'
import type { ExportForm } from './export.ts'

const style = `
:root { color-scheme: light dark; --line: #8884; --dim: #666; --accent: #0b57d0; }
@media (prefers-color-scheme: dark) { :root { --dim: #aaa; --accent: #8ab4f8; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); unicode-bidi: isolate; }
h3 { font-size: .9rem; color: var(--dim); font-weight: 600; margin: 2rem 0 .5rem; }
article { margin: .75rem 0; }
article p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
b { unicode-bidi: isolate; }
.own b { color: var(--accent); }
time, i, header p { color: var(--dim); font-size: .85rem; }
`
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export function htmlForm(): ExportForm {
  let day = ''
  return {
    begin: ({ name, fingerprint, at }) =>
      [
        '<!doctype html>',
        '<html lang="en">',
        '<meta charset="utf-8">',
        `<meta http-equiv="content-security-policy" content="${policy}">`,
        '<meta name="referrer" content="no-referrer">',
        '<meta name="viewport" content="width=device-width">',
        `<title>Messages of ${escapeHtml(name)}</title>`,
        `<style>${style}</style>`,
        `<header><h1>Messages of ${escapeHtml(name)}</h1>`,
        `<p>${escapeHtml(fingerprint)}, exported ${stamp(isoTime(at))} UTC</p></header>`,
        '<main>',
        '',
      ].join('\n'),
    conversation: ({ title }) => {
      day = ''
      return `<section>\n<h2 dir="auto">${escapeHtml(title)}</h2>\n`
    },
    entry: ({ key, entry }) => {
      const at = isoTime(entry.sentAt)
      const head = day === at.slice(0, 10) ? '' : `<h3>${at.slice(0, 10)}</h3>\n`
      day = at.slice(0, 10)
      const time = `<time datetime="${at}" title="${stamp(at)} UTC">${at.slice(11, 16)}</time>`
      if (entry.kind !== 'message')
        return `${head}<article>${time} <i>${escapeHtml(changeText({ key, entry }))}</i></article>\n`
      const state = entry.isOwn && entry.state !== undefined ? ` <i>${stateWord(entry.state)}</i>` : ''
      const who = `<b>${escapeHtml(speakerOf(entry))}</b> ${time}${state}`
      const text = `<p dir="auto">${escapeHtml(entry.text ?? '')}</p>`
      return `${head}<article${entry.isOwn ? ' class="own"' : ''}>${who}\n${text}</article>\n`
    },
    conversationEnd: () => '</section>\n',
    end: () => '</main>\n</html>\n',
  }
}

/** Text as HTML that shows it, in an element or in an attribute. */
export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return visibleText(text).replace(/[&<>"']/g, (character) => names[character] as string)
}

function stamp(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ')
}
