/** What the readers of Envoy's dialects share: a policy that was found, and lists of words and of codes. */
import type { Field } from '../../manifest/field.js';
import type { RetryLayer } from '../policy/layer.js';
import type { EnvoyWords } from './envoy-words.js';

/** A policy that was found, and what it is called. */
export interface FoundPolicy {
	readonly name: string;
	readonly layer: RetryLayer['layer'];
	readonly words: EnvoyWords;
}

export const texts = (list: Field): string[] => list.items().map((item) => item.text() ?? '');
export const codesIn = (list: Field): number[] => list.items().flatMap((item) => item.whole(100, 599) ?? []);
export const isCode = (text: string): boolean => /^\d{3}$/.test(text);
