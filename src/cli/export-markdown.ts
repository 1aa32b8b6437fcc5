// Transcripts as Markdown (CommonMark) that shows what was written: every character of others that could mean something
// is escaped, so a text can make no heading, link, image, list or HTML.

import { isoTime, visibleText } from '../terminal/index.ts'
import { changeText, speakerOf, stateWord } from './export-words.ts'
import type { ExportForm } from './export.ts'

export function markdownForm(): ExportForm {
  let day = ''
  return {
    begin: ({ name, fingerprint, at }) =>
      `# Messages of ${escapeMarkdown(name)}\n\n${escapeMarkdown(fingerprint)}, exported ${stamp(at)} UTC\n`,
    conversation: ({ title }) => {
      day = ''
      return `\n## ${escapeMarkdown(title).replaceAll('\n', ' ')}\n`
    },
    entry: ({ key, entry }) => {
      const at = isoTime(entry.sentAt)
      const head = day === at.slice(0, 10) ? '' : `\n### ${at.slice(0, 10)}\n`
      day = at.slice(0, 10)
      const time = at.slice(11, 19)
      if (entry.kind !== 'message') return `${head}\n${time} *${escapeMarkdown(changeText({ key, entry }))}*\n`
      const state = entry.isOwn && entry.state !== undefined ? ` *${stateWord(entry.state)}*` : ''
      return `${head}\n**${escapeMarkdown(speakerOf(entry))}** ${time}${state}\\\n${escapeMarkdown(entry.text ?? '')}\n`
    },
    conversationEnd: () => '',
    end: () => '',
  }
}

/** Text as Markdown that shows it, its lines and its indentation. */
export function escapeMarkdown(text: string): string {
  return visibleText(text)
    .split('\n')
    .map((line) => {
      const escaped = line
        .replace(/[!-/:-@[-`{-~]/g, '\\$&')
        .replace(/^ +| {2,}| $/g, (blanks) => '&nbsp;'.repeat(blanks.length))
      return escaped === '' ? '&nbsp;' : escaped
    })
    .join('\\\n')
}

function stamp(wallMs: number): string {
  return isoTime(wallMs).slice(0, 19).replace('T', ' ')
}
