/**
 * How a try or a call of a guarded layer ended, as one number: the cause of its failure (`model/retry/cause.ts`, below 32),
 * or one of these.
 */

export const TRY_END = {
	/** it went well */
	ok: 32,
	/** no answer counts any more: the timeout of a layer further out, or of the whole request, has ended */
	outerTimeout: 33,
	/** no answer counts any more: nobody waits for one, or the send has been held back */
	abandoned: 34,
} as const;

/** An answer or a timeout of its own said that the try has failed, and why. */
export const isFailure = (end: number): boolean => end < TRY_END.ok;
