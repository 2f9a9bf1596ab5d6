/** The one face of all breakers that a client asks before it sends: one per instance, or one per host it talks to. */

/** What every breaker's author says. */
export interface BreakerPlace {
	readonly scope: 'instance' | 'population' | 'host';
	/** inside the retry: every try counts and may be kept back; outside: only whole calls */
	readonly inside: boolean;
}

/** Pure steps over the state of one breaker; times in us. */
export interface BreakerMachine<S> extends BreakerPlace {
	/** whether `answered` reads its uniform */
	readonly draws: boolean;
	start(nowUs: number): S;
	/** whether a send may go now; a question only, `sent` or `refused` must follow */
	allows(s: S, nowUs: number): boolean;
	sent(s: S, nowUs: number): S;
	/** a send was kept back */
	refused(s: S, nowUs: number): S;
	/**
	 * A send that went out has its answer.
	 * @param tookUs from send to answer
	 * @param u uniform in [0, 1) for the penalty's jitter
	 */
	answered(s: S, ok: boolean, tookUs: number, nowUs: number, u: number): S;
	/** A send that went out at `sentUs` will have no answer: its client has left. A probe is given back, and nothing is learnt. */
	left(s: S, sentUs: number): S;
}

/**
 * Closed: all pass. Open: nothing passes before its time. Half-open: so many probes pass, and what they say decides.
 * Nobody is told when an open breaker's time is over; the next send makes it half-open.
 */
export type Phase =
	| { readonly kind: 'closed' }
	| { readonly kind: 'open'; readonly untilUs: number }
	| { readonly kind: 'half-open'; readonly left: number; readonly sinceUs: number; readonly probedUs: number };

export const CLOSED: Phase = { kind: 'closed' };

/** Whether a phase lets a send through. @param again a new probe may go so long after one that has no answer */
export function passes(phase: Phase, nowUs: number, againUs: number): boolean {
	switch (phase.kind) {
		case 'closed':
			return true;
		case 'open':
			return nowUs >= phase.untilUs;
		case 'half-open':
			return phase.left > 0 || nowUs >= phase.probedUs + againUs;
	}
}

/** The phase after a send that it let through. @param probes how many may go while half-open */
export function probed(phase: Phase, nowUs: number, probes: number): Phase {
	switch (phase.kind) {
		case 'closed':
			return phase;
		case 'open':
			return { kind: 'half-open', left: probes - 1, sinceUs: nowUs, probedUs: nowUs };
		case 'half-open':
			return { ...phase, left: Math.max(0, phase.left - 1), probedUs: nowUs };
	}
}

/** The phase after a send that will have no answer: another probe may go in its place. */
export const unprobed = (phase: Phase, sentUs: number, probes: number): Phase =>
	phase.kind === 'half-open' && sentUs >= phase.sinceUs ? { ...phase, left: Math.min(probes, phase.left + 1) } : phase;
