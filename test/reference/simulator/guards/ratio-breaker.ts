/** The breaker that looks at a failure ratio (the table at the head of src/model/retry/breakers/ratio-window-breaker.ts). */
import type { RatioWindowBreaker } from '../../../../src/model/retry/breakers/ratio-window-breaker.js';
import type { Chance } from '../chance.js';
import { type BreakerState, penaltyUs } from './breakers.js';
import { newPhases } from './phases.js';
import { newWindow } from './window.js';

interface SampleCounts {
	readonly all: number;
	readonly failed: number;
	readonly slow: number;
}

export function ratioBreaker(breaker: RatioWindowBreaker, now: () => number, chance: Chance): BreakerState {
	const { ratio, strict, minCalls, slow, counts, penalty, probes, probeAgainUs, onClose } = breaker;
	const phases = newPhases(now, (n) => penaltyUs(penalty, n, chance), probes, probeAgainUs);
	let sample = newSample(breaker, now);
	let trial: SampleCounts = { all: 0, failed: 0, slow: 0 };

	const isBad = ({ all, failed, slow: late }: SampleCounts): boolean => {
		const share = failed / all;
		return (strict ? share > ratio : share >= ratio) || (slow !== null && late / all >= slow.ratio);
	};
	const countSend = (): void => {
		if (counts === 'sends') sample.add({ all: 1, failed: 0, slow: 0 });
	};

	return {
		allows: phases.allows,
		sent() {
			const wasOpen = phases.state().kind === 'open';
			phases.sent();
			if (wasOpen) trial = { all: 0, failed: 0, slow: 0 };
			countSend();
		},
		refused: countSend,
		answered(ok, tookUs) {
			const late = slow !== null && tookUs > slow.overUs ? 1 : 0;
			const one: SampleCounts = { all: 1, failed: ok ? 0 : 1, slow: late };
			if (phases.state().kind === 'half-open') {
				trial = { all: trial.all + 1, failed: trial.failed + one.failed, slow: trial.slow + late };
				if (trial.all < probes) return;
				if (isBad(trial)) return phases.open();
				phases.close();
				if (onClose !== 'kept') sample = newSample(breaker, now);
				if (onClose === 'probe') sample.add(one);
				return;
			}
			sample.add(counts === 'sends' ? { ...one, all: 0 } : one);
			if (phases.state().kind === 'open') return;
			const sum = sample.sum();
			if ((!ok || slow !== null) && sum.all >= minCalls && sum.all > 0 && isBad(sum)) phases.open();
		},
	};
}

interface Sample {
	add(counts: SampleCounts): void;
	sum(): SampleCounts;
}

/** The answers of the last while, or the last so many. */
function newSample({ window }: RatioWindowBreaker, now: () => number): Sample {
	if (window.kind === 'calls') {
		let last: SampleCounts[] = [];
		return {
			add(counts) {
				last = [...last, counts].slice(-window.calls);
			},
			sum: () => ({ all: last.length, failed: total(last, 'failed'), slow: total(last, 'slow') }),
		};
	}
	const columns = {
		all: newWindow(window.windowUs, window.slots),
		failed: newWindow(window.windowUs, window.slots),
		slow: newWindow(window.windowUs, window.slots),
	};
	return {
		add({ all, failed, slow }) {
			columns.all.add(now(), all);
			columns.failed.add(now(), failed);
			columns.slow.add(now(), slow);
		},
		sum: () => ({
			all: columns.all.total(now()),
			failed: columns.failed.total(now()),
			slow: columns.slow.total(now()),
		}),
	};
}

const total = (samples: readonly SampleCounts[], of: 'failed' | 'slow'): number =>
	samples.reduce((sum, one) => sum + one[of], 0);
