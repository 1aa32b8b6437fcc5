// Builds the two pages into dist/web: scripts and styles as files of their own, nothing inline, as the pages' policy
// allows only what comes from the page's own server.

import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: 'src/web',
  base: '/',
  plugins: [react()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    // Browsers with light-dark(): otherwise the builder would write each colour twice, and a theme of one's own choice
    // would not reach it.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // One script a page, uncompressed; what is promised is its size compressed.
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      input: ['src/web/peer.html', 'src/web/registry.html'],
      // Of the protocol the pages use rules about names and links, and not its codec and schemas.
      treeshake: { moduleSideEffects: (id) => !/\/(src\/(base|protocol)|node_modules\/(cborg|valibot))\//.test(id) },
    },
  },
})
