/** Half-upgraded sources: each makes a file every so often that carries a change or does not, and its nodes take each one. */
import { assert } from '../../kernel/errors.js';
import type { Uniform } from '../../kernel/random.js';
import { isBadFile, type Regenerate } from '../../model/rollout/propagation.js';

interface HalfUpgradedSource {
	readonly change: number;
	readonly nodes: readonly number[];
	readonly law: Regenerate;
	/** one draw a file */
	readonly uniform: Uniform;
	readonly nextUs: number;
}

export class HalfUpgradedSources {
	#sources: HalfUpgradedSource[] = [];

	/** The next instant at which one of them makes a file; Infinity if none does. */
	get nextUs(): number {
		return this.#sources.reduce((least, { nextUs }) => Math.min(least, nextUs), Number.POSITIVE_INFINITY);
	}

	add(source: HalfUpgradedSource): void {
		this.release(source.change, source.nodes);
		this.#sources.push(source);
	}

	/** These nodes take a change from elsewhere from now on: the newest push holds. */
	release(change: number, nodes: readonly number[]): void {
		const gone = new Set(nodes);
		this.#sources = this.#sources
			.map((one) => (one.change === change ? { ...one, nodes: one.nodes.filter((node) => !gone.has(node)) } : one))
			.filter((one) => one.nodes.length > 0);
	}

	/** Ends all sources of a change: its nodes keep what they have. */
	cancel(change: number): void {
		this.#sources = this.#sources.filter((source) => source.change !== change);
	}

	/** Makes the files that are due; `turn` tells a node what it took. */
	run(nowUs: number, turn: (change: number, node: number, on: boolean) => void): void {
		if (nowUs < this.nextUs) return;
		this.#sources = this.#sources.map((source) => {
			const { change, nodes, law, uniform, nextUs } = source;
			if (nextUs > nowUs) return source;
			assert(nextUs === nowUs, `a file was due at ${nextUs} us`, nowUs);
			const bad = isBadFile(law, uniform());
			for (const node of nodes) turn(change, node, bad);
			return { ...source, nextUs: nowUs + law.everyUs };
		});
	}
}
