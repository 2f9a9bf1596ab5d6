/** Shares that must add up. */
import type { IssueCollector } from '../document/issue-collector.js';
import type { Path } from '../document/yaml-source.js';

const TOLERANCE = 1e-6;

/** Shares that add up to 1; what decimal fractions leave over (below the tolerance) is spread over all. */
export function addUp(
	shares: readonly number[],
	path: Path,
	what: string,
	problems: IssueCollector,
): readonly number[] {
	const sum = shares.reduce((total, share) => total + share, 0);
	if (Math.abs(sum - 1) > TOLERANCE) {
		problems.error(path, `${what} add up to ${Number((sum * 100).toFixed(6))}%, 100% would do`);
	}
	return Math.abs(sum - 1) < 1e-12 || !(sum > 0) ? shares : shares.map((share) => share / sum);
}
