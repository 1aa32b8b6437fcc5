// How often something happened in each of the last ten minutes' seconds, as a plot; what it shows is also said in words.

import { type ReactNode, useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { rateText } from './model/figure-words.ts'
import { plotData, plotOf, type PlotColours, rateOf } from './model/plot.ts'

interface RatePlotProps {
  readonly title: string
  readonly hint: string
  /** When the last of the counts' seconds ended. */
  readonly endsAt: number
  readonly counts: readonly number[]
}

export function RatePlot({ title, hint, endsAt, counts }: RatePlotProps): ReactNode {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const latest = useRef({ endsAt, counts })
  latest.current = { endsAt, counts }

  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const draw = (): void => {
      plot.current?.destroy()
      const { endsAt: end, counts: now } = latest.current
      const size = { width: element.clientWidth, height: element.clientHeight }
      plot.current = new uPlot({ ...plotOf(coloursOf(element)), ...size }, plotData(end, now), element)
    }
    draw()
    const resized = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: element.clientHeight }),
    )
    resized.observe(element)
    const themed = new MutationObserver(draw)
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'data-contrast'] })
    const media = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'].map((query) => matchMedia(query))
    for (const query of media) query.addEventListener('change', draw)
    return () => {
      resized.disconnect()
      themed.disconnect()
      for (const query of media) query.removeEventListener('change', draw)
      plot.current?.destroy()
      plot.current = undefined
    }
  }, [])

  useEffect(() => {
    plot.current?.setData(plotData(endsAt, counts))
  }, [endsAt, counts])

  const { now, highest, sum } = rateOf(counts)
  return (
    <section className="card plot-card" aria-label={`${title} per second`}>
      <header className="card-head">
        <h2>
          {title} <span className="per">per second</span>
        </h2>
        <p className="plot-now">
          <b>{rateText(now)}</b> now <span className="plot-more">· most {rateText(highest)}</span>
        </p>
      </header>
      <div
        ref={place}
        className="plot"
        role="img"
        aria-label={`${title} in the last ten minutes: ${sum} in all, at most ${highest} in a second`}
      />
      <p className="plot-hint">{hint}</p>
    </section>
  )
}

/** The colours of the page's custom properties, as a canvas needs them. */
function coloursOf(element: HTMLElement): PlotColours {
  return {
    line: colourOf('--accent', element),
    grid: colourOf('--line', element),
    words: colourOf('--ink-faint', element),
  }
}

/** A probe for each: one that changed its colour might still be on its way from the one before. */
function colourOf(property: string, place: HTMLElement): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${property})`
  place.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
