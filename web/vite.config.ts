import { defineConfig } from 'vite';

/** Everything our own pages load. Names are stable: the server adds a version to the address. */
export default defineConfig({
  build: {
    outDir: 'dist',
    target: 'baseline-widely-available',
    // One file a page: no preload helper, no images turned into data addresses (our CSP allows neither inline nor data).
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        chat: 'src/chat/main.ts',
        form: 'src/site/form.css',
        site: 'src/site/site.css',
        workspace: 'src/workspace/main.ts',
      },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name].js',
        assetFileNames: '[name][extname]',
      },
    },
  },
});
