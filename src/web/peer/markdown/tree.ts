// What a message's text is made of: a small tree with nothing of HTML in it. Kept: every node knows the characters that
// it was written with, so that `sourceOf` gives back the text to the last character, and nothing can get lost in a view.

import { unreachable } from '../../../base/index.ts'

/** A run of text, or something in it. `mark` is what stood on both sides of it. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly mark: string; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis'; readonly mark: string; readonly children: readonly Inline[] }
  | NamedLink
  /** An address that stands in the text by itself. */
  | { readonly kind: 'address'; readonly href: string; readonly text: string }

/** `[children](written)`; `href` is the same address in its normal form. */
export interface NamedLink {
  readonly kind: 'link'
  readonly href: string
  readonly written: string
  readonly children: readonly Inline[]
}

export interface ListItem {
  /** How far it stands in, 0 to 3. */
  readonly level: number
  /** White space, the sign or number, and the space after it, as typed. */
  readonly lead: string
  /** Undefined: a point. */
  readonly number?: number
  readonly children: readonly Inline[]
}

/** A part of a message that takes whole lines. */
export type Block =
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | {
      readonly kind: 'code'
      /** The first line, and the last one where there was one. */
      readonly open: string
      readonly close?: string
      /** The word after the fence; empty where there is none. */
      readonly language: string
      /** Undefined where there is no line between the fences. */
      readonly text?: string
    }
  /** Lines after `>`; each line's own lead as typed. */
  | { readonly kind: 'quote'; readonly leads: readonly string[]; readonly children: readonly Inline[] }
  | { readonly kind: 'list'; readonly items: readonly ListItem[] }

/** The text that `inlines` were read from. */
export function inlineSource(inlines: readonly Inline[]): string {
  return inlines.map(sourceOfInline).join('')
}

/** The text that `blocks` were read from. */
export function sourceOf(blocks: readonly Block[]): string {
  return blocks.map(sourceOfBlock).join('\n')
}

function sourceOfInline(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
    case 'address':
      return inline.text
    case 'code':
      return inline.mark + inline.text + inline.mark
    case 'strong':
    case 'emphasis':
      return inline.mark + inlineSource(inline.children) + inline.mark
    case 'link':
      return `[${inlineSource(inline.children)}](${inline.written})`
    default:
      return unreachable(inline)
  }
}

function sourceOfBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return inlineSource(block.children)
    case 'code':
      return [block.open, block.text, block.close].filter((line) => line !== undefined).join('\n')
    case 'quote':
      return inlineSource(block.children)
        .split('\n')
        .map((line, at) => `${block.leads[at] ?? ''}${line}`)
        .join('\n')
    case 'list':
      return block.items.map((item) => item.lead + inlineSource(item.children)).join('\n')
    default:
      return unreachable(block)
  }
}
