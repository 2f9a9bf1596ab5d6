/** What a ratio breaker has seen: the answers of the last while, or the last so many. */
import { assert } from '../../../kernel/errors.js';
import { counted, emptyWindow, type Rolling, slotAt, totals } from '../rolling-window.js';

export type SampleWindow =
	| { readonly kind: 'time'; readonly windowUs: number; readonly slots: number }
	| { readonly kind: 'calls'; readonly calls: number };

export type BreakerSample =
	| { readonly kind: 'time'; readonly window: Rolling }
	/** a ring of results, the oldest at `at` once it is full */
	| { readonly kind: 'calls'; readonly ring: readonly SampleCounts[]; readonly at: number };

/** What one event adds. */
export interface SampleCounts {
	readonly all: number;
	readonly failed: number;
	readonly slow: number;
}

export function emptySample(law: SampleWindow, nowUs: number): BreakerSample {
	if (law.kind === 'calls') return { kind: 'calls', ring: [], at: 0 };
	return { kind: 'time', window: emptyWindow(law.slots, 3, slotAt(nowUs, law.windowUs / law.slots)) };
}

export function sampled(law: SampleWindow, sample: BreakerSample, counts: SampleCounts, nowUs: number): BreakerSample {
	if (law.kind === 'calls') {
		assert(sample.kind === 'calls', FOREIGN);
		const ring = sample.ring.slice();
		ring[sample.at] = counts;
		return { kind: 'calls', ring, at: (sample.at + 1) % law.calls };
	}
	assert(sample.kind === 'time', FOREIGN);
	const slot = slotAt(nowUs, law.windowUs / law.slots);
	return { kind: 'time', window: counted(sample.window, slot, [counts.all, counts.failed, counts.slow]) };
}

export function sumOf(law: SampleWindow, sample: BreakerSample, nowUs: number): SampleCounts {
	if (sample.kind === 'calls') return sample.ring.reduce(plus, NO_SAMPLES);
	assert(law.kind === 'time', FOREIGN);
	const [all, failed, slow] = totals(sample.window, slotAt(nowUs, law.windowUs / law.slots));
	return { all, failed, slow };
}

const FOREIGN = 'a sample is read by the window that made it';

export const NO_SAMPLES: SampleCounts = { all: 0, failed: 0, slow: 0 };

export const plus = (a: SampleCounts, b: SampleCounts): SampleCounts => ({
	all: a.all + b.all,
	failed: a.failed + b.failed,
	slow: a.slow + b.slow,
});
