/** Closed, open, half-open: the life that most breakers share. An open one lets the next send after its time through, as a probe. */
export type Phase =
	| { kind: 'closed' }
	| { kind: 'open'; untilUs: number }
	| { kind: 'half-open'; left: number; probedUs: number };

export interface Phases {
	state(): Phase;
	allows(): boolean;
	sent(): void;
	open(): void;
	close(): void;
}

/**
 * @param penalty how long the n-th opening in a row lasts
 * @param probes how many may go while half-open
 * @param againUs a further probe may go so long after one that has no answer
 */
export function newPhases(
	now: () => number,
	penalty: (n: number) => number,
	probes = 1,
	againUs = Number.POSITIVE_INFINITY,
): Phases {
	let phase: Phase = { kind: 'closed' };
	let openings = 0;
	const allows = (): boolean => {
		if (phase.kind === 'closed') return true;
		if (phase.kind === 'open') return now() >= phase.untilUs;
		return phase.left > 0 || now() - phase.probedUs >= againUs;
	};
	return {
		state: () => phase,
		allows,
		sent() {
			if (phase.kind === 'open') phase = { kind: 'half-open', left: probes - 1, probedUs: now() };
			else if (phase.kind === 'half-open')
				phase = { kind: 'half-open', left: Math.max(0, phase.left - 1), probedUs: now() };
		},
		open() {
			openings += 1;
			phase = { kind: 'open', untilUs: now() + Math.round(penalty(openings)) };
		},
		close() {
			openings = 0;
			phase = { kind: 'closed' };
		},
	};
}
