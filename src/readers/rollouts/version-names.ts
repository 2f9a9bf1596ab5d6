/** Names that mean one version of a rollout, and nothing else. */

/** A name, and the one label in which it means the version; null for any. */
export interface VersionName {
	readonly text: string;
	readonly label: string | null;
	/** true for a word that only people give this meaning */
	readonly guess?: true;
}

/** `canary` alone, which is no name of anything in the manifest. */
export const guessed = (text: string): VersionName => ({ text, label: null, guess: true });

export const anyLabel = (...texts: readonly (string | null)[]): VersionName[] =>
	texts.flatMap((text) => (text === null || text === '' ? [] : [{ text, label: null }]));
