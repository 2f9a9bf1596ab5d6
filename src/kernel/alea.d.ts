/** seedrandom ships no types for its single generators; the main entry has types but wants node's crypto. */
declare module 'seedrandom/lib/alea.js' {
	/** A generator of 32-bit fractions in [0, 1), seeded by the text; equal texts give equal sequences. */
	export default function alea(seed: string): () => number;
}
