/**
 * What a client makes of a Retry-After that came with a failure, given the delay x that it would have waited.
 *
 *     v = header x U(scale) + offset              where the cause is one that it is read for, else no header
 *     ignore    x
 *     replace   v, or x without a header
 *     floor     max(x, v)
 *     clamp     max(x, min(v, x + slack))         AWS since 2026: slack 5 s
 *     gate      v, and no retry without a header, or where it is above `gateUs` (OkHttp: 503 with exactly 0)
 *
 * Without a header there is no retry after a cause of `needed` in any mode: urllib3 tries a 429 again only so, and its 503s
 * anyway.
 *
 *     v > max   clamp: v = max;  give-up: no retry;  backoff: as if there were no header
 *
 * One uniform serves the delay's jitter and the scale: axios-retry's max(x, v) U(1, 1.2) is max of the two scaled.
 * Source: retry-after blocks of the presets, among them @smithy/core 3.41.0 StandardRetryStrategy, got 14.6.6
 * calculate-retry-delay, urllib3 2.8.0 Retry.get_retry_after, OkHttp RetryAndFollowUpInterceptor, client-go with_retry.go.
 */
import { inMask } from './cause.js';

export interface RetryAfterLaw {
	readonly mode: 'ignore' | 'replace' | 'floor' | 'clamp' | 'gate';
	/** mask of the causes with which the header is read */
	readonly causes: number;
	readonly maxUs: number;
	readonly over: 'clamp' | 'give-up' | 'backoff';
	readonly slackUs: number;
	/** mask of the causes after which there is no retry without a header, whatever the mode */
	readonly needed: number;
	/** a longer header does not open the gate; Infinity: any does */
	readonly gateUs: number;
	readonly scale: readonly [from: number, to: number];
	readonly offsetUs: number;
}

/**
 * The wait before the retry, in us, or null: no retry.
 * @param delayUs what the back-off says
 * @param headerUs what the answer says; null: nothing
 * @param u the uniform that drew the delay
 */
export function waitUs(
	law: RetryAfterLaw,
	delayUs: number,
	headerUs: number | null,
	cause: number,
	u: number,
): number | null {
	if (headerUs === null && inMask(law.needed, cause)) return null;
	if (law.mode === 'ignore') return delayUs;
	if (!inMask(law.causes, cause)) return delayUs;
	const headerDelayUs = headerUs === null ? null : scaled(law, headerUs, u);
	if (headerDelayUs === null || (headerDelayUs > law.maxUs && law.over === 'backoff'))
		return law.mode === 'gate' || inMask(law.needed, cause) ? null : delayUs;
	if (headerDelayUs > law.maxUs && law.over === 'give-up') return null;
	const askedUs = Math.min(headerDelayUs, law.maxUs);
	switch (law.mode) {
		case 'replace':
			return askedUs;
		case 'floor':
			return Math.max(delayUs, askedUs);
		case 'clamp':
			return Math.max(delayUs, Math.min(askedUs, delayUs + law.slackUs));
		case 'gate':
			return askedUs > law.gateUs ? null : askedUs;
	}
}

const scaled = ({ scale: [from, to], offsetUs }: RetryAfterLaw, headerUs: number, u: number): number =>
	headerUs * (from + u * (to - from)) + offsetUs;
