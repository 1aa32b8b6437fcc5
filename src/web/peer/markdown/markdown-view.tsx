// A message's text on the page, from its tree: elements and text nodes, never HTML. Kept: nothing is fetched, and no link
// is followed before the whole address was shown and agreed to; catalogue item 71.

import { Fragment, memo, type ReactNode, useMemo } from 'react'
import { unreachable } from '../../../base/index.ts'
import { parseMarkdown } from './block.ts'
import { askToOpen } from './link-question.ts'
import { pieces } from './sign.ts'
import type { Block, Inline, ListItem } from './tree.ts'
import './markdown.css'

/** Longer texts, and more lines, are drawn in full only where that is asked for. */
export const shownCharactersMax = 4_000
export const shownLinesMax = 60

export interface MarkdownProps {
  readonly text: string
}

/** The text with its marks; control and direction characters as signs. */
export const Markdown = memo(({ text }: MarkdownProps): ReactNode => {
  const blocks = useMemo(() => parseMarkdown(text.replaceAll('\r\n', '\n')), [text])
  return (
    <div className="markdown">
      {blocks.map((block, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- a text's parts have no other name
        <BlockView key={at} block={block} isAlone={blocks.length === 1} />
      ))}
    </div>
  )
})

/** Text of others on one line or in a preview: no marks, only signs. */
export function PlainText({ text }: { readonly text: string }): ReactNode {
  return pieces(text).map((piece, at) =>
    piece.kind === 'plain' ? (
      <Fragment key={at}>{piece.text}</Fragment>
    ) : (
      <span key={at} className="markdown-sign" title={piece.name}>
        {piece.label}
      </span>
    ),
  )
}

function BlockView({ block, isAlone }: { readonly block: Block; readonly isAlone: boolean }): ReactNode {
  switch (block.kind) {
    case 'paragraph': {
      const children = isAlone ? block.children : withoutEdges(block.children)
      if (children.length === 0) return null
      return (
        <p dir="auto">
          <Inlines nodes={children} />
        </p>
      )
    }
    case 'code':
      return (
        // Wide code scrolls, so it can have the focus.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre tabIndex={0} aria-label={block.language === '' ? 'Code' : `Code, ${block.language}`} role="group">
          <code>
            <PlainText text={block.text ?? ''} />
          </code>
        </pre>
      )
    case 'quote':
      return (
        <blockquote dir="auto">
          <Inlines nodes={block.children} />
        </blockquote>
      )
    case 'list':
      return (
        <ul className="markdown-list">
          {block.items.map((item, at) => (
            <ItemView key={at} item={item} />
          ))}
        </ul>
      )
    default:
      return unreachable(block)
  }
}

function ItemView({ item }: { readonly item: ListItem }): ReactNode {
  return (
    <li className={`markdown-item markdown-level-${item.level}`} dir="auto">
      <span className="markdown-lead">{item.number === undefined ? '•' : item.lead.trim()}</span>
      <span>
        <Inlines nodes={item.children} />
      </span>
    </li>
  )
}

function Inlines({ nodes }: { readonly nodes: readonly Inline[] }): ReactNode {
  return nodes.map((node, at) => <InlineView key={at} node={node} />)
}

function InlineView({ node }: { readonly node: Inline }): ReactNode {
  switch (node.kind) {
    case 'text':
      return <PlainText text={node.text} />
    case 'code':
      return (
        <code>
          <PlainText text={node.text} />
        </code>
      )
    case 'strong':
      return (
        <strong>
          <Inlines nodes={node.children} />
        </strong>
      )
    case 'emphasis':
      return (
        <em>
          <Inlines nodes={node.children} />
        </em>
      )
    case 'address':
      return <Address href={node.href}>{node.text}</Address>
    case 'link':
      return (
        <>
          <Address href={node.href}>
            <Inlines nodes={node.children} />
          </Address>
          <span className="markdown-host"> ({new URL(node.href).host})</span>
        </>
      )
    default:
      return unreachable(node)
  }
}

function Address({ href, children }: { readonly href: string; readonly children: ReactNode }): ReactNode {
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      title={href}
      onClick={(event) => {
        event.preventDefault()
        askToOpen(href)
      }}
      onAuxClick={(event) => {
        event.preventDefault()
        if (event.button === 1) askToOpen(href)
      }}
      onDragStart={(event) => event.preventDefault()}
    >
      {children}
    </a>
  )
}

/** Line breaks beside a block are its distance already. */
function withoutEdges(nodes: readonly Inline[]): readonly Inline[] {
  return nodes
    .map((node, at) => {
      if (node.kind !== 'text') return node
      const start = at === 0 ? node.text.replace(/^\n+/, '') : node.text
      return { ...node, text: at === nodes.length - 1 ? start.replace(/\n+$/, '') : start }
    })
    .filter((node) => node.kind !== 'text' || node.text !== '')
}
