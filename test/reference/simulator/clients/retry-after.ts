/** What a client makes of a Retry-After (the formula at the head of src/model/retry/retry-after.ts). */
import type { RetryAfterLaw } from '../../../../src/model/retry/retry-after.js';

/** The wait before the retry, or null: no retry. */
export function waitAfter(
	law: RetryAfterLaw,
	delayUs: number,
	headerUs: number | null,
	cause: number,
	u: number,
): number | null {
	const isIn = (causes: number): boolean => (causes & (1 << cause)) !== 0;
	if (law.mode === 'gate' && headerUs !== null && headerUs > law.gateUs && isIn(law.causes)) return null;
	const stretched = (us: number): number => us * (law.scale[0] + u * (law.scale[1] - law.scale[0])) + law.offsetUs;
	let value = headerUs === null || !isIn(law.causes) ? null : stretched(headerUs);
	if (value !== null && value > law.maxUs && law.mode !== 'ignore') {
		if (law.over === 'give-up') return null;
		value = law.over === 'clamp' ? law.maxUs : null;
	}
	if (value === null) return isIn(law.needed) || (law.mode === 'gate' && isIn(law.causes)) ? null : delayUs;
	switch (law.mode) {
		case 'ignore':
			return delayUs;
		case 'replace':
		case 'gate':
			return value;
		case 'floor':
			return Math.max(delayUs, value);
		case 'clamp':
			return Math.max(delayUs, Math.min(value, delayUs + law.slackUs));
	}
}
