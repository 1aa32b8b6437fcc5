// The live log: follows the newest line until somebody scrolls up or pauses it, and then stands still, counting what came
// meanwhile. Lines are text and nothing else. `role="log"` is silent here: a registry's log would never stop speaking.

import { memo, type ReactNode, useEffect, useMemo, useState } from 'react'
import { VList } from 'virtua'
import type { RegistryLogLevel, RegistryLogLine } from '../../api/index.ts'
import { Button } from '../ui/index.ts'
import { clockText, countText, instantText } from './model/figure-words.ts'
import { scrollByKey, useFollowing } from './use-following.ts'
import { everyLine, lineParts, type LogFilter, shownLines } from './model/log-view.ts'

export function LogPane({ lines }: { readonly lines: readonly RegistryLogLine[] }): ReactNode {
  const [filter, setFilter] = useState<LogFilter>(everyLine)
  const { held, setHeld, list, place, touch, scrolled, toEnd } = useFollowing(lines)
  const isFollowing = held === undefined
  const shown = useMemo(() => shownLines(held ?? lines, filter), [held, lines, filter])
  const news = held === undefined ? 0 : countNews(held, lines)
  useEffect(() => {
    if (isFollowing) toEnd()
  }, [isFollowing, shown, toEnd])

  return (
    <section className="card log-card" aria-labelledby="log-title">
      <header className="card-head">
        <h2 id="log-title">
          Live log <span className="count">{isFollowing ? 'following' : 'paused'}</span>
        </h2>
        <LogFields filter={filter} onChange={setFilter} />
      </header>
      <div
        ref={place}
        className="log"
        role="log"
        aria-live="off"
        aria-labelledby="log-title"
        tabIndex={0}
        onWheel={touch}
        onTouchMove={touch}
        onPointerDown={touch}
        onPointerMove={(event) => event.buttons !== 0 && touch()}
        onKeyDown={(event) => {
          touch()
          scrollByKey(event, list.current)
        }}
      >
        {shown.length === 0 ? (
          <p className="empty">{lines.length === 0 ? 'Nothing has happened yet.' : 'No line is like that.'}</p>
        ) : (
          <VList ref={list} className="log-list" data={shown} onScroll={scrolled}>
            {(line) => <Line key={line.number} line={line} />}
          </VList>
        )}
      </div>
      <footer className="log-foot">
        <Button isSmall icon={isFollowing ? 'clock' : 'down'} onClick={() => setHeld(isFollowing ? lines : undefined)}>
          {isFollowing ? 'Pause' : news === 0 ? 'Follow' : `Follow (${countText(news)} new)`}
        </Button>
        <span className="log-count">{countText(shown.length)} lines</span>
      </footer>
    </section>
  )
}

function countNews(held: readonly RegistryLogLine[], lines: readonly RegistryLogLine[]): number {
  const last = held.at(-1)?.number ?? 0
  return lines.filter(({ number }) => number > last).length
}

const Line = memo(function Line({ line }: { readonly line: RegistryLogLine }): ReactNode {
  return (
    <p className={`log-line log-${line.level}`}>
      <time className="log-time" dateTime={new Date(line.at).toISOString()} title={instantText(line.at)}>
        {clockText(line.at)}
      </time>{' '}
      <span className="log-level">{line.level}</span>{' '}
      <span className="log-text">
        {lineParts(line.text).map((part, i) =>
          part.kind === 'words' ? (
            <span key={i}>{part.text} </span>
          ) : (
            <span key={i} className="log-field">
              <span className="log-key">{part.key}=</span>
              {part.value}{' '}
            </span>
          ),
        )}
      </span>
    </p>
  )
})

interface LogFieldsProps {
  readonly filter: LogFilter
  readonly onChange: (filter: LogFilter) => void
}

function LogFields({ filter, onChange }: LogFieldsProps): ReactNode {
  return (
    <div className="filters">
      <input
        type="search"
        className="input input-small"
        placeholder="Words"
        aria-label="Only lines with these words"
        value={filter.words}
        onChange={(event) => onChange({ ...filter, words: event.target.value })}
      />
      <select
        className="input input-small"
        aria-label="Only lines of at least this level"
        value={filter.level}
        onChange={(event) => onChange({ ...filter, level: event.target.value as RegistryLogLevel })}
      >
        <option value="debug">all levels</option>
        <option value="info">info and up</option>
        <option value="warn">warnings and up</option>
        <option value="error">errors</option>
      </select>
    </div>
  )
}
