// Search here and everywhere.

export { SearchPane, type SearchPaneProps } from './search-pane.tsx'
