/** Did you mean: the known name that is fewest slips of the keyboard away from what was written. */

/** Damerau-Levenshtein distance (adjacent swaps count as one slip). */
function slips(a: string, b: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const same = a[i - 1] === b[j - 1];
			let best = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
				best = Math.min(best, beforeLast[j - 2] + 1);
			row.push(best);
		}
		beforeLast = last;
		last = row;
	}
	return last[b.length];
}

/** The known word nearest to `word`, or null when none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
	const plain = (s: string): string => s.toLowerCase().replaceAll(/[-_ ]/g, '');
	const wanted = plain(word);
	let best: string | null = null;
	let bestSlips = Math.max(1, Math.round(wanted.length / 3)) + 1;
	if (wanted.length > 60) return null;
	for (const candidate of known) {
		const distance = slips(wanted, plain(candidate));
		if (distance < bestSlips) [best, bestSlips] = [candidate, distance];
	}
	return best;
}

/** `one of a, b, c would do`, or `did you mean b?` in front of it; long lists are cut. */
export function suggest(word: unknown, known: readonly string[]): string {
	const near = typeof word === 'string' ? nearest(word, known) : null;
	if (near !== null) return `did you mean ${near}?`;
	if (known.length === 0) return 'there are none';
	const shown = known.slice(0, 24).join(', ');
	return `${known.length === 1 ? shown : `one of ${shown}`}${known.length > 24 ? ', ...' : ''} would do`;
}
