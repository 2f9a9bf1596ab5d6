import { defineConfig } from 'vitest/config';

/** What takes minutes: the theory tests over runs four times as long, and random worlds by the thousand. */
export default defineConfig({
	test: { include: ['test/long/**/*.test.ts'], testTimeout: 1_800_000 },
});
