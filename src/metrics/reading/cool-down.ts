/** What would decide requests that are open when a run ends: as long a cool-down as a request can be open. */
import { formatDuration } from '../../kernel/units.js';
import { longestRequestUs } from '../../model/longest-request.js';
import type { Outcome } from '../outcome.js';
import type { Rules } from './rules.js';

/** "; coolDown: 10s would decide", for the end of a reason. A run that was stopped comes to no cool-down: nothing is said. */
export function coolDownText({ stopped }: Outcome, { populations }: Rules): string {
	if (stopped !== null) return '';
	const longestUs = longestRequestUs(populations);
	if (!Number.isFinite(longestUs) || longestUs === 0) return '; a coolDown would decide';
	return `; coolDown: ${formatDuration(Math.ceil(longestUs / 1e6) * 1e6)} would decide`;
}
