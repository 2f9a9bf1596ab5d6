/** A map that forgets: what was not set for a while is gone, so that it stays bounded however long a log is. */

export class TwoGenerationSet<V> {
	#young = new Map<string, V>();
	#old = new Map<string, V>();
	#forgotten = 0;

	/** @param most entries of a generation; two are kept */
	constructor(private readonly most: number) {}

	/** Entries that had to go. */
	get forgotten(): number {
		return this.#forgotten;
	}

	get(key: string): V | undefined {
		const young = this.#young.get(key);
		return young === undefined ? this.#old.get(key) : young;
	}

	set(key: string, value: V): void {
		if (this.#young.size >= this.most && !this.#young.has(key)) {
			this.#forgotten += this.#old.size;
			this.#old = this.#young;
			this.#young = new Map();
		}
		this.#young.set(key, value);
	}
}
