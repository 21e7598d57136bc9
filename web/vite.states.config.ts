import { defineConfig } from 'vite';

/** The page of all states. Built apart: together with the chat they would share a file, and the chat is one file. */
export default defineConfig({
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'baseline-widely-available',
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { states: 'src/states/main.ts' },
      output: { entryFileNames: '[name].js', assetFileNames: '[name][extname]' },
    },
  },
});
