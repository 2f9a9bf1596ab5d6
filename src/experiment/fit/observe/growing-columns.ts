/** Columns of numbers that grow: five million rows stay arrays of numbers, and nothing is an object for each. */

export class Columns<N extends string> {
	#arrays: Float64Array[];
	#length = 0;

	constructor(private readonly names: readonly N[]) {
		this.#arrays = names.map(() => new Float64Array(1024));
	}

	get length(): number {
		return this.#length;
	}

	/** @param row a value for each name, in their order */
	push(row: readonly number[]): void {
		if (this.#length === this.#arrays[0].length) {
			this.#arrays = this.#arrays.map((old) => {
				const larger = new Float64Array(2 * old.length);
				larger.set(old);
				return larger;
			});
		}
		for (let i = 0; i < row.length; i++) this.#arrays[i][this.#length] = row[i];
		this.#length++;
	}

	of(name: N): Float64Array {
		return this.#arrays[this.names.indexOf(name)].slice(0, this.#length);
	}
}
