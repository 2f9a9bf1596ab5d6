import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/run-order.js';

/**
 * Tests of functions alone: they start no process and change nothing of their own, and share the modules that a worker has
 * loaded. A third of their time was loading them again for each file.
 */
const FUNCTIONS = [
	...['engines', 'experiment', 'metrics', 'model', 'readers', 'report', 'scenario'].map(
		(room) => `test/claims/${room}/**`,
	),
	...['experiment', 'kernel', 'metrics', 'model', 'readers'].map((room) => `test/laws/${room}/**`),
	'test/theory/**',
].map((folder) => `${folder}/*.test.ts`);

export default defineConfig({
	test: {
		testTimeout: 120_000,
		hookTimeout: 120_000,
		// Left to itself it keeps a core free, of two.
		maxWorkers: '100%',
		sequence: { sequencer: LongestFirst },
		projects: [
			{ extends: true, test: { name: 'functions', include: FUNCTIONS, isolate: false } },
			{
				extends: true,
				test: {
					name: 'processes',
					include: ['test/**/*.test.ts'],
					exclude: ['test/long/**', '**/node_modules/**', ...FUNCTIONS],
				},
			},
		],
	},
});
