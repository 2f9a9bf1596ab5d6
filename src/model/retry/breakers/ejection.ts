/**
 * Envoy's outlier detection: a host that fails so often in a row is taken out of the balancing, for longer each time,
 * and a sweep brings it back. It is one machine for a whole cluster, since only a share of the hosts may be out.
 *
 *     at the max-th failure in a row of host h   ejected where out + 1 <= maxShare x hosts (or none is out, atLeastOne);
 *                                                times(h) + 1;  failures(h) = 0
 *     back at the first sweep at or after        ejection + min(base x times, maxUs) + jitter
 *     each later sweep that finds it in          times(h) - 1, down to 0
 *     answers of a host that is out              count for nothing; it comes back with failures(h) = 0
 *     fewer than panic x hosts are in            panic: the balancing chooses among all of them again
 *     panic = 0, and all are out                 attempts are refused, none reaches a host
 *
 * 5 in a row; sweeps every 10 s; 30 s x times up to 300 s; 10 % of the hosts; panic below 50 %. Before the option always_eject_one_host
 * Envoy always let one go, however few the hosts. Sweeps are at whole multiples of their interval.
 * Source: envoy source/common/upstream/outlier_detection_impl.cc checkHostForUneject, ejectHost; load_balancer_impl.cc
 * isHostSetInPanic.
 */

export interface EjectionBreaker {
	readonly kind: 'consecutive-ejection';
	readonly maxFailures: number;
	readonly sweepUs: number;
	readonly baseUs: number;
	readonly maxUs: number;
	readonly jitterUs: number;
	readonly maxShare: number;
	readonly atLeastOne: boolean;
	/** 0..1 */
	readonly panic: number;
}

export interface HostState {
	/** in a row */
	readonly failures: number;
	/** how often it was ejected, as of `untilUs` */
	readonly times: number;
	/** the sweep that brings it back, or brought it back last */
	readonly untilUs: number;
}

export interface EjectionState {
	readonly hosts: readonly HostState[];
}

export interface EjectionMachine {
	start(hosts: number): EjectionState;
	/** whether the balancing may choose the host */
	allows(s: EjectionState, host: number, nowUs: number): boolean;
	/** whether all are out, and none is sent to */
	refuses(s: EjectionState, nowUs: number): boolean;
	/** @param u uniform in [0, 1) for the jitter */
	answered(s: EjectionState, host: number, ok: boolean, nowUs: number, u: number): EjectionState;
}

export function ejection(breaker: EjectionBreaker): EjectionMachine {
	const { maxFailures, sweepUs, baseUs, maxUs, jitterUs, maxShare, atLeastOne, panic } = breaker;

	/** The host as later sweeps found it. */
	const swept = (host: HostState, nowUs: number): HostState => {
		const sweeps = Math.floor(nowUs / sweepUs) - Math.round(host.untilUs / sweepUs);
		if (host.times === 0 || sweeps <= 0) return host;
		const fewer = Math.min(host.times, sweeps);
		return { ...host, times: host.times - fewer, untilUs: host.untilUs + fewer * sweepUs };
	};
	const ejected = (host: HostState, nowUs: number, u: number): HostState => {
		// It stops growing with the first that reaches the longest time.
		const times = host.times * baseUs < maxUs + baseUs ? host.times + 1 : host.times;
		const backUs = nowUs + Math.min(baseUs * times, Math.max(maxUs, baseUs)) + u * jitterUs;
		return { failures: 0, times, untilUs: Math.ceil(backUs / sweepUs) * sweepUs };
	};
	const isOut = (host: HostState, nowUs: number): boolean => nowUs < host.untilUs;
	const isPanic = (hosts: readonly HostState[], nowUs: number): boolean =>
		hosts.filter((host) => !isOut(host, nowUs)).length < panic * hosts.length - GRAIN;
	const mayGo = ({ hosts }: EjectionState, nowUs: number): boolean => {
		const out = hosts.filter((host) => isOut(host, nowUs)).length;
		return out + 1 <= maxShare * hosts.length + GRAIN || (atLeastOne && out === 0);
	};
	return {
		start: (hosts) => ({ hosts: new Array<HostState>(hosts).fill(FRESH) }),
		allows: ({ hosts }, host, nowUs) => !isOut(hosts[host], nowUs) || isPanic(hosts, nowUs),
		refuses: ({ hosts }, nowUs) => panic === 0 && hosts.every((host) => isOut(host, nowUs)),
		answered: (s, at, ok, nowUs, u) => {
			const host = s.hosts[at];
			if (isOut(host, nowUs) || (ok && host.failures === 0)) return s;
			const next = { ...host, failures: ok ? 0 : host.failures + 1 };
			// Only the failure that completes the row is looked at; where no more may go, the next row must be full again.
			if (next.failures < maxFailures) return changed(s, at, next);
			return changed(s, at, mayGo(s, nowUs) ? ejected(swept(next, nowUs), nowUs, u) : { ...next, failures: 0 });
		},
	};
}

/** 0.29 x 100 is a hair less than 29 in binary fractions, and the 29th host may go. */
const GRAIN = 1e-9;

const FRESH: HostState = { failures: 0, times: 0, untilUs: 0 };

const changed = ({ hosts }: EjectionState, at: number, host: HostState): EjectionState => ({
	hosts: hosts.with(at, host),
});
