/** Warns of expectations over a stretch at the end of the run where requests can still be open: they may leave it undecided. */
import { formatDuration } from '../../kernel/units.js';
import { quantity } from '../../metrics/definitions/metrics.js';
import type { Expectation } from '../../metrics/expectation.js';
import { longestRequestUs } from '../../model/longest-request.js';
import type { World } from '../../model/world.js';
import type { ResolveContext } from './context.js';

/** Where requests can be open from less than this part of a stretch, a share over it moves little; in calm times not at all. */
const MUCH = 0.2;

/** A stretch that is the whole measured window is left alone: what is open at its end is little of it. */
export function warnOfOpenEnds({ problems }: ResolveContext, world: World, expectations: readonly Expectation[]): void {
	const { horizonUs, warmUpUs, coolDownUs } = world;
	const atEnd = expectations.filter(({ that, selection: { fromUs, toUs } }) => {
		const isWhole = fromUs <= warmUpUs && toUs >= horizonUs;
		return !isWhole && toUs >= horizonUs && countsOpen(that);
	});
	if (atEnd.length === 0) return;
	const longestUs = longestRequestUs(world.populations);
	if (coolDownUs >= longestUs) return;
	const would = Number.isFinite(longestUs)
		? `coolDown: ${formatDuration(Math.ceil(longestUs / 1e6) * 1e6)}`
		: 'a coolDown';
	for (const { text, selection } of atEnd) {
		if (longestUs - coolDownUs < MUCH * (selection.toUs - selection.fromUs)) continue;
		problems.warning(
			['expect'],
			`${text}: may be undecided, for its stretch ends with the run and requests can be open then; ${would} would do`,
		);
	}
}

/** Whether requests that are open move it: shares, counts and times of requests, but no verdict and no instant. */
function countsOpen(that: string): boolean {
	const known = quantity(that);
	return known?.undecided !== undefined && known.kind !== 'boolean' && known.kind !== 'instant';
}
