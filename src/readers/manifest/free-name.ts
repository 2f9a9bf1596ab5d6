/** Names of ours for things of theirs, which may be called anything. */

/** Letters, digits, - and _ alone, and not taken yet. */
export function freeName(wanted: string, taken: { has(name: string): boolean }): string {
	const plain = wanted
		.replace(/[^A-Za-z0-9_-]+/g, '-')
		.replace(/^[-_]+|-+$/g, '')
		.slice(0, 60);
	const name = plain === '' ? 'unnamed' : plain;
	for (let i = 1; ; i++) {
		const tried = i === 1 ? name : `${name}-${i}`;
		if (!taken.has(tried)) return tried;
	}
}
