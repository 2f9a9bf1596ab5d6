import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/run-order.js';

export default defineConfig({
	test: {
		include: ['test/**/*.test.ts'],
		exclude: ['test/long/**', '**/node_modules/**'],
		testTimeout: 120_000,
		hookTimeout: 120_000,
		// Left to itself it keeps a core free, of two.
		maxWorkers: '100%',
		sequence: { sequencer: LongestFirst },
	},
});
