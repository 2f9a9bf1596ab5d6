/** The breakers: an open one lets nothing through before its time, probes decide, and each follows its own book. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakerMachine } from '../../../src/model/retry/breakers/breaker.js';
import type { BreakerMachine } from '../../../src/model/retry/breakers/breaker-machine.js';
import { type ConsecutiveBreaker, consecutive } from '../../../src/model/retry/breakers/consecutive.js';
import { type CountInWindowBreaker, countInWindow } from '../../../src/model/retry/breakers/count-in-window.js';
import { type EjectionBreaker, ejection } from '../../../src/model/retry/breakers/ejection.js';
import { type FailTimeoutBreaker, failTimeout } from '../../../src/model/retry/breakers/fail-timeout.js';
import { type HybridBreaker, hybrid } from '../../../src/model/retry/breakers/hybrid.js';
import { penaltyUs } from '../../../src/model/retry/breakers/penalty.js';
import { type RatioWindowBreaker, ratioWindowBreaker } from '../../../src/model/retry/breakers/ratio-window-breaker.js';

const SEED = 20_251_205;
const S = 1_000_000;
const PLACE = { scope: 'instance', inside: true } as const;

const dotnet: RatioWindowBreaker = {
	...PLACE,
	kind: 'ratio-window',
	window: { kind: 'time', windowUs: 30 * S, slots: 10 },
	ratio: 0.1,
	strict: false,
	minCalls: 100,
	slow: null,
	counts: 'answers',
	penalty: { kind: 'fixed', us: 5 * S },
	probes: 1,
	probeAgainUs: 5 * S,
	onClose: 'empty',
};
const resilience4j: RatioWindowBreaker = {
	...dotnet,
	window: { kind: 'calls', calls: 100 },
	ratio: 0.5,
	slow: { overUs: 60 * S, ratio: 1 },
	penalty: { kind: 'fixed', us: 60 * S },
	probes: 10,
	probeAgainUs: Number.POSITIVE_INFINITY,
};
const linkerd: ConsecutiveBreaker = {
	...PLACE,
	kind: 'consecutive',
	maxFailures: 7,
	penalty: { kind: 'exponential', baseUs: S, multiplier: 2, capUs: 60 * S, jitter: 0.5 },
};
const finagle: HybridBreaker = {
	...PLACE,
	kind: 'hybrid',
	maxFailures: 5,
	successRate: 0.8,
	windowUs: 30 * S,
	minCalls: 5,
	penalty: { kind: 'equal-then-exp', baseUs: 5 * S, capUs: 300 * S },
};
const spring: CountInWindowBreaker = {
	...PLACE,
	kind: 'count-in-window',
	maxFailures: 3,
	windowUs: 5 * S,
	resetUs: 20 * S,
};
const nginx: FailTimeoutBreaker = { ...PLACE, kind: 'fail-timeout', maxFailures: 1, failTimeoutUs: 10 * S };

/** One send, answered at once; whether it went out. */
function driver<T>(machine: BreakerMachine<T>, atUs = 0) {
	let s = machine.start(atUs);
	return {
		state: () => s,
		send: (nowUs: number, ok: boolean, tookUs = 0, u = 0): boolean => {
			if (!machine.allows(s, nowUs)) {
				s = machine.refused(s, nowUs);
				return false;
			}
			s = machine.answered(machine.sent(s, nowUs), ok, tookUs, nowUs, u);
			return true;
		},
	};
}

describe('all of them', () => {
	test.each([
		['ratio window', { ...dotnet, minCalls: 3 }, 5 * S],
		['ratio of calls', { ...resilience4j, minCalls: 3, probes: 2 }, 60 * S],
		['consecutive', linkerd, S],
		['hybrid', finagle, 5 * S],
		['count in window', spring, 20 * S],
		['fail timeout', nginx, 10 * S],
	] as const)(
		'%s: after all fails, nothing passes before the shortest time of an opening; then something does',
		(_, breaker, shortestUs) => {
			const machine = breakerMachine(breaker);
			fc.assert(
				fc.property(fc.array(fc.integer({ min: 1, max: S / 10 }), { minLength: 400, maxLength: 400 }), (gaps) => {
					const client = driver(machine);
					let nowUs = 0;
					let refusedSinceUs: number | null = null;
					let refused = 0;
					for (const gap of gaps) {
						nowUs += gap;
						if (client.send(nowUs, false, 0, 0)) {
							// The count starts at the last send that went out, which is what opened it.
							if (refusedSinceUs !== null) expect(nowUs - refusedSinceUs).toBeGreaterThanOrEqual(shortestUs);
							refusedSinceUs = null;
						} else {
							refused++;
							refusedSinceUs ??= nowUs - gap;
						}
					}
					expect(refused).toBeGreaterThan(0);
					expect(client.send(nowUs + 1000 * S, true)).toBe(true);
				}),
				{ seed: SEED, numRuns: 20 },
			);
		},
	);

	test.each([
		['ratio window', dotnet],
		['ratio of calls', resilience4j],
		['consecutive', linkerd],
		['hybrid', finagle],
		['count in window', spring],
		['fail timeout', nginx],
	] as const)('%s: never opens while all goes well', (_, breaker) => {
		const client = driver(breakerMachine(breaker));
		for (let k = 0; k < 1000; k++) expect(client.send(k * 50_000, true)).toBe(true);
	});

	test('penalties grow as documented and never pass their cap', () => {
		const { penalty } = linkerd;
		expect([1, 2, 3, 7, 9].map((n) => penaltyUs(penalty, n, 0) / S)).toEqual([1, 2, 4, 60, 60]);
		expect(penaltyUs(penalty, 3, 0.5)).toBe(5 * S);
		const equal = { kind: 'equal-then-exp', baseUs: 5 * S, capUs: 300 * S } as const;
		expect([1, 2, 3, 4, 9].map((n) => penaltyUs(equal, n, 0) / S)).toEqual([5, 5, 10, 20, 300]);
		expect([1, 2, 3, 4, 9].map((n) => penaltyUs(equal, n, 0.5) / S)).toEqual([5, 7.5, 15, 30, 300]);
	});
});

describe('ratio window', () => {
	test('.NET: opens at the 100th answer of 30 s where a tenth failed, and not a failure earlier', () => {
		const client = driver(ratioWindowBreaker(dotnet));
		for (let k = 0; k < 99; k++) client.send(k * 1000, k >= 10);
		expect(client.state().phase.kind).toBe('closed');
		client.send(100_000, false);
		expect(client.state().phase).toEqual({ kind: 'open', untilUs: 100_000 + 5 * S });
	});

	test('what left the window counts no more', () => {
		const client = driver(ratioWindowBreaker(dotnet));
		for (let k = 0; k < 50; k++) client.send(k * 1000, false);
		for (let k = 0; k < 49; k++) client.send(31 * S, false);
		expect(client.state().phase.kind).toBe('closed');
	});

	test('one probe at a time; without an answer another may go after the break', () => {
		const machine = ratioWindowBreaker({ ...dotnet, minCalls: 1 });
		let s = machine.answered(machine.sent(machine.start(0), 0), false, 0, 0, 0);
		expect(machine.allows(s, 5 * S - 1)).toBe(false);
		s = machine.sent(s, 5 * S);
		expect(machine.allows(s, 5 * S)).toBe(false);
		expect(machine.allows(s, 10 * S)).toBe(true);
		expect(machine.answered(s, false, 0, 6 * S, 0).phase).toEqual({ kind: 'open', untilUs: 11 * S });
		expect(machine.answered(s, true, 0, 6 * S, 0).phase.kind).toBe('closed');
	});

	test('resilience4j: ten probes, half of which decide', () => {
		const probesThen = (failures: number): string => {
			const client = driver(ratioWindowBreaker(resilience4j));
			for (let k = 0; k < 100; k++) client.send(0, k % 2 === 0);
			expect(client.state().phase.kind).toBe('open');
			for (let k = 0; k < 9; k++) client.send(60 * S, k >= failures);
			expect(client.state().phase.kind).toBe('half-open');
			client.send(60 * S, true);
			return client.state().phase.kind;
		};
		expect(probesThen(4)).toBe('closed');
		expect(probesThen(5)).toBe('open');
	});

	test('resilience4j: calls that are all slow open it though none failed', () => {
		const client = driver(ratioWindowBreaker(resilience4j));
		for (let k = 0; k < 100; k++) client.send(k * S, true, 61 * S);
		expect(client.state().phase.kind).toBe('open');
	});
});

describe('consecutive', () => {
	test('Linkerd: seven in a row, a success between starts again; each failed probe doubles the wait', () => {
		const client = driver(consecutive(linkerd));
		for (let k = 0; k < 6; k++) client.send(0, false);
		client.send(0, true);
		for (let k = 0; k < 7; k++) client.send(0, false);
		expect(client.state().phase).toEqual({ kind: 'open', untilUs: S });
		client.send(S, false);
		expect(client.state().phase).toEqual({ kind: 'open', untilUs: 3 * S });
		client.send(3 * S, true);
		for (let k = 0; k < 7; k++) client.send(3 * S, false);
		expect(client.state().phase).toEqual({ kind: 'open', untilUs: 4 * S });
	});
});

describe('hybrid', () => {
	test('Finagle: five in a row, or a rate below 0.8 once it has lived 30 s', () => {
		const row = driver(hybrid(finagle));
		for (let k = 0; k < 5; k++) row.send(k, false);
		expect(row.state().phase.kind).toBe('open');
		const rate = driver(hybrid(finagle));
		let openedUs = 0;
		for (let k = 0; openedUs === 0 && k < 1000; k++) {
			rate.send(k * 100_000, k % 2 === 0);
			if (rate.state().phase.kind === 'open') openedUs = k * 100_000;
		}
		expect(openedUs).toBeGreaterThanOrEqual(30 * S);
		expect(openedUs).toBeLessThanOrEqual(30 * S + 200_000);
	});
});

describe('count in window', () => {
	test('Spring: three within 5 s; open until more than 20 s after it was first found so', () => {
		const client = driver(countInWindow(spring));
		for (const t of [0, 1, 2]) client.send(t * S, false);
		expect(client.send(3 * S, true)).toBe(false);
		expect(client.send(23 * S, true)).toBe(false);
		expect(client.send(23 * S + 1, true)).toBe(true);
	});

	test('Spring: three spread over more than 5 s do not open it, and successes forgive nothing', () => {
		const spread = driver(countInWindow(spring));
		for (let k = 0; k < 20; k++) expect(spread.send(k * 3 * S, false)).toBe(true);
		const mixed = driver(countInWindow(spring));
		for (const ok of [false, true, false, true, false]) expect(mixed.send(S, ok)).toBe(true);
		expect(mixed.send(S, true)).toBe(false);
	});
});

describe('fail timeout', () => {
	test('NGINX: one failure keeps all away for 10 s, then one request tries and the others wait for it', () => {
		const machine = failTimeout(nginx);
		let s = machine.answered(machine.sent(machine.start(0), 0), false, 0, 0, 0);
		expect(machine.allows(s, 11 * S - 1)).toBe(false);
		expect(machine.allows(s, 11 * S)).toBe(true);
		s = machine.sent(s, 11 * S);
		expect(machine.allows(s, 11 * S + 1)).toBe(false);
		expect(machine.allows(machine.answered(s, true, 0, 12 * S, 0), 12 * S)).toBe(true);
		expect(machine.allows(machine.answered(s, false, 0, 12 * S, 0), 22 * S)).toBe(false);
	});

	test('NGINX counts whole seconds: what failed late in one is back a little sooner', () => {
		const machine = failTimeout(nginx);
		const failedUs = 0.8 * S;
		const s = machine.answered(machine.sent(machine.start(0), failedUs), false, 0, failedUs, 0);
		expect([machine.allows(s, 11 * S - 1), machine.allows(s, 11 * S)]).toEqual([false, true]);
	});
});

describe('ejection', () => {
	const envoy: EjectionBreaker = {
		kind: 'consecutive-ejection',
		maxFailures: 5,
		sweepUs: 10 * S,
		baseUs: 30 * S,
		maxUs: 300 * S,
		jitterUs: 0,
		maxShare: 0.1,
		atLeastOne: true,
		panic: 0.5,
	};
	/** Fails a host until it is out; when it comes back. */
	const failed = (
		breaker: EjectionBreaker,
		hosts: number,
		host: number,
		nowUs: number,
		s = ejection(breaker).start(hosts),
	) => {
		let state = s;
		for (let k = 0; k < 5; k++) state = ejection(breaker).answered(state, host, false, nowUs, 0);
		return state;
	};

	test('Envoy: five in a row, 30 s, back at a sweep; longer by 30 s each time, up to 300 s', () => {
		const machine = ejection(envoy);
		let s = machine.start(10);
		let nowUs = 1 * S;
		const aways: number[] = [];
		for (let k = 0; k < 12; k++) {
			s = failed(envoy, 10, 3, nowUs, s);
			expect(machine.allows(s, 3, nowUs)).toBe(false);
			const backUs = s.hosts[3].untilUs;
			expect(machine.allows(s, 3, backUs - 1)).toBe(false);
			expect(machine.allows(s, 3, backUs)).toBe(true);
			expect(backUs % envoy.sweepUs).toBe(0);
			aways.push(Math.floor((backUs - nowUs) / (30 * S)));
			nowUs = backUs + 1;
		}
		expect(aways).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10]);
	});

	test('each sweep that finds it in takes one from its record', () => {
		const machine = ejection(envoy);
		let s = failed(envoy, 10, 0, 0);
		s = failed(envoy, 10, 0, 30 * S, s);
		expect(s.hosts[0]).toEqual({ failures: 0, times: 2, untilUs: 90 * S });
		s = failed(envoy, 10, 0, 100 * S, s);
		expect(s.hosts[0]).toEqual({ failures: 0, times: 2, untilUs: 160 * S });
		expect(failed(envoy, 10, 0, 1000 * S, s).hosts[0].times).toBe(1);
		expect(machine.allows(s, 1, 0)).toBe(true);
	});

	test('never more out than the share, one where it is the only one', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 40 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.boolean(),
				(hosts, maxShare, atLeastOne) => {
					const breaker = { ...envoy, maxShare, atLeastOne, panic: 0 };
					let s = ejection(breaker).start(hosts);
					for (let host = 0; host < hosts; host++) s = failed(breaker, hosts, host, host, s);
					const out = s.hosts.filter((_, host) => !ejection(breaker).allows(s, host, hosts)).length;
					expect(out).toBe(Math.max(Math.floor(maxShare * hosts + 1e-9), atLeastOne ? 1 : 0));
				},
			),
			{ seed: SEED, numRuns: 100 },
		);
	});
});
