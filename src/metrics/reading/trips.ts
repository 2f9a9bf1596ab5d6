/** Which lines of a decision log are verdicts of tools: a gate or an auto-revert that fails, whatever it does about it. */
import type { Decision } from '../outcome.js';

const isTool = ({ by }: Decision): boolean => by === 'gate' || by === 'auto-revert';

/** A gate or an auto-revert that trips: it reverts, pauses, freezes or pages. A dry run only tells. */
export const isTrip = (decision: Decision): boolean => {
	const { what, inconclusive } = decision;
	const trips = what === 'tripped' || what === 'frozen' || what === 'paged' || (what === 'paused' && !inconclusive);
	return trips && isTool(decision);
};

/** A hold that ended without the data that its gate asks for, or a pause because too many measurements said nothing. */
export const isInconclusive = (decision: Decision): boolean =>
	isTool(decision) &&
	(decision.what === 'inconclusive' || (decision.what === 'paused' && decision.inconclusive === true));

/** One reading by a gate or an auto-revert, whatever it means. */
export const isLook = (decision: Decision): boolean => decision.what === 'measured' && isTool(decision);
