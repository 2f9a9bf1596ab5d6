/** The field `backoff` of a policy, as an author or the catalogue writes it, as the law of its delays. */
import { type DelayLaw, NO_DELAY } from '../../model/retry/backoff/backoff.js';
import { backoff } from '../schema/backoff.js';
import { buildDelay } from './clients/backoff.js';

/** @param written with units, not read yet; undefined: every retry goes at once. @throws ZodError where it is no back-off */
export const delayLaw = (written: unknown): DelayLaw =>
	written === undefined ? NO_DELAY : buildDelay(backoff.parse(written));
