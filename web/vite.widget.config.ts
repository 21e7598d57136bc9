import { defineConfig } from 'vite';

/** The loader on somebody else's site: a classic script without imports, so that one tag is all it takes. */
export default defineConfig({
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'baseline-widely-available',
    lib: {
      entry: 'src/widget/main.ts',
      formats: ['iife'],
      name: 'Voordeur',
      fileName: () => 'widget.js',
    },
  },
});
