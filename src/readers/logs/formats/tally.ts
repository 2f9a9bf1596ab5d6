/** How often each of some values came. */
export class Tally<T> {
	readonly #counts = new Map<T, number>();

	add(value: T, count = 1): void {
		const before = this.#counts.get(value);
		this.#counts.set(value, before === undefined ? count : before + count);
	}

	/** The commonest first; of equals the one that came first. */
	get commonest(): readonly (readonly [value: T, count: number])[] {
		return [...this.#counts].toSorted((a, b) => b[1] - a[1]);
	}
}
