/** What holds of any run: it ends, its books balance, and no node does more than it can. */
import { expect } from 'vitest';
import type { Outcome } from '../../src/metrics/outcome.js';
import { column, MAX_LAYERS, MEASURES } from '../../src/metrics/recording/counters.js';
import type { World } from '../../src/model/world.js';
import { run, total } from './world-builder.js';

/** No node works more than its workers can, and no line holds more than its places: per bucket, over all nodes. */
function assertCapacities(world: World, outcome: Outcome): void {
	const sum = (of: (g: World['groups'][number]) => number) => world.groups.reduce((n, g) => n + g.nodes * of(g), 0);
	const workers = sum((g) => g.workers);
	const waitingPlaces = sum((g) => g.queueLimit);
	const { cells, bucketUs, places, buckets } = outcome;
	for (let bucket = 0; bucket < buckets; bucket++) {
		const read = (name: string): number => {
			let value = 0;
			for (let p = 0; p < places.length; p++)
				value += cells[(bucket * places.length + p) * MEASURES.length + column(name)];
			return value;
		};
		const lengthUs = Math.max(0, Math.min(bucketUs, outcome.toUs - bucket * bucketUs));
		expect(read('busy_us') + read('rejecting_us')).toBeLessThanOrEqual(workers * lengthUs);
		if (waitingPlaces < Number.POSITIVE_INFINITY) {
			expect(read('waiting_us')).toBeLessThanOrEqual(waitingPlaces * lengthUs);
		}
		expect(read('backoff_us')).toBeGreaterThanOrEqual(0);
	}
	for (let i = 0; i < cells.length; i++) if (!(cells[i] >= 0)) throw new Error(`cell ${i} holds ${cells[i]}`);
}

/** @throws where the run stops with our bug, or its counts contradict each other */
export function assertRuns(world: World, seed: number): void {
	const outcome = run(world, seed);
	assertCapacities(world, outcome);
	const all = (name: string) => total(outcome, name, 0);
	expect(all('outcome_ok')).toBe(all('fate_served_in_time'));
	expect(all('outcome_rejected')).toBeLessThanOrEqual(all('fate_rejected'));
	expect(all('outcome_shed')).toBeLessThanOrEqual(all('fate_shed'));
	expect(all('outcome_error')).toBeLessThanOrEqual(all('fate_failed'));
	expect(all('attempts') - all('first_attempts')).toBeLessThanOrEqual(
		Array.from({ length: 8 }, (_, k) => all(`retries_layer_${k + 1}`)).reduce((a, b) => a + b),
	);
	if (outcome.toUs > outcome.fromUs) {
		for (let k = 0; k < MAX_LAYERS; k++) {
			const ofLayer = outcome.retriesOf.filter((_, i) => i % MAX_LAYERS === k).reduce((a, b) => a + b, 0);
			expect(ofLayer).toBe(total(outcome, `retries_layer_${k + 1}`));
		}
	}
	if (outcome.stopped === null) expect(outcome.toUs).toBe(world.horizonUs);
}
