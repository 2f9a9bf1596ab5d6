import { defineConfig } from 'vitest/config';

/** The statistical tests that take minutes: the same claims as in test/theory, over more seeds and longer runs. */
export default defineConfig({
	test: { include: ['test/long/**/*.test.ts'], testTimeout: 1_800_000 },
});
