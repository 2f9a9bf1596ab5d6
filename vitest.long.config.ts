import { defineConfig } from 'vitest/config';

/** The theory tests over runs ten times as long: they tell errors three times smaller, and take about half an hour. */
export default defineConfig({
	test: { include: ['test/theory/**/*.test.ts'], env: { THEORY_LENGTH: '10' }, testTimeout: 1_800_000 },
});
