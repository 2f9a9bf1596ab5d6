/** Names become indices here; an unknown one is a mistake with a suggestion. */
import { suggest } from '../document/did-you-mean.js';
import type { IssueCollector } from '../document/issue-collector.js';
import type { Path } from '../document/yaml-source.js';

/** The names of one kind of thing, in the order of the world's indices. */
export class NameIndex {
	constructor(
		/** what they name, for the error text: "class" */
		private readonly what: string,
		readonly list: readonly string[],
		private readonly problems: IssueCollector,
		/** where they are written; where the definition itself is wrong, its users are not scolded too */
		private readonly definedAt: readonly Path[],
	) {}

	/** Index of a name; -1 after a complaint, and the world is then not used. */
	index(name: string, path: Path): number {
		const index = this.list.indexOf(name);
		const suspect = this.definedAt.some((at) => this.problems.rests([...at, name]));
		if (index < 0 && !suspect) {
			this.problems.error(path, `found "${name}", which is no ${this.what} here; ${suggest(name, this.list)}`);
		}
		return index;
	}

	/** Indices of a list of names, each once. */
	indices(names: readonly string[], path: Path): number[] {
		const found = names.map((name, i) => this.index(name, this.problems.isList(path) ? [...path, i] : path));
		return [...new Set(found.filter((index) => index >= 0))];
	}

	/** True for the chosen ones; null = all. */
	mask(names: readonly string[] | undefined, path: Path): readonly boolean[] | null {
		if (names === undefined) return null;
		const chosen = this.indices(names, path);
		return this.list.map((_, i) => chosen.includes(i));
	}
}
