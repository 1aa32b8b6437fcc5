// Messages' text: read into a tree, drawn from it, and the question before a link is followed.

export { LinkDialog } from './link-dialog.tsx'
export { Markdown, PlainText, shownCharactersMax, shownLinesMax } from './markdown-view.tsx'
