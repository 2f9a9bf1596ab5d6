import { defineConfig } from 'vitest/config';

/** The long tests, which CONTRIBUTING.md describes: the tests of CI with more runs, and random worlds by the thousand. */
export default defineConfig({
	test: { include: ['test/long/**/*.test.ts'], testTimeout: 1_800_000 },
});
