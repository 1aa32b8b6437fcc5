// The settings as a store that the page watches. Tabs of one page tell each other through the storage's own event.

import { useSyncExternalStore } from 'react'
import { defaultSettings, readSettings, type Settings, writeSettings } from './settings.ts'

const storageKey = 'parley.settings'

let settings = load()
const watchers = new Set<() => void>()

/** The settings, drawn again when they change. */
export function useSettings(): Settings {
  return useSyncExternalStore(watch, () => settings)
}

export function currentSettings(): Settings {
  return settings
}

export function changeSettings(change: Partial<Settings>): void {
  settings = { ...settings, ...change }
  try {
    window.localStorage.setItem(storageKey, writeSettings(settings))
  } catch {
    // Storage that is full or forbidden: the settings hold until the page is closed.
  }
  tell()
}

/** Puts look and contrast onto the page, now and at every change. */
export function applyLook(): void {
  putOn()
  watch(putOn)
  window.addEventListener('storage', ({ key }) => {
    if (key !== storageKey) return
    settings = load()
    tell()
  })
}

function putOn(): void {
  const { dataset } = document.documentElement
  const { theme, contrast } = settings
  if (theme === 'system') delete dataset['theme']
  else dataset['theme'] = theme
  if (contrast === 'system') delete dataset['contrast']
  else dataset['contrast'] = contrast
}

function watch(listener: () => void): () => void {
  watchers.add(listener)
  return () => void watchers.delete(listener)
}

function tell(): void {
  for (const watcher of watchers) watcher()
}

function load(): Settings {
  try {
    return readSettings(window.localStorage.getItem(storageKey))
  } catch {
    return defaultSettings
  }
}
