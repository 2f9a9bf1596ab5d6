/** Bundles the fuzzers from their sources, as node runs no TypeScript. */
import { defineConfig } from 'rolldown';

export default defineConfig({
	input: { main: 'test/fuzz/main.ts', worker: 'test/fuzz/worker.ts' },
	platform: 'node',
	output: { dir: 'dist/fuzz', format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name].js' },
});
