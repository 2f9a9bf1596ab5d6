/** The share of requests that each change is shown to, and in which way, as the plant has it now. */
import type { StageScope } from '../../model/rollout/rollout-controller.js';
import type { Plant } from './plant.js';

export class CanaryShares {
	readonly #plant: Pick<Plant, 'setCanaryShare'>;
	/** by change */
	readonly #current: { share: number; mode: 'divert' | 'flag' }[];

	constructor(changes: number, plant: Pick<Plant, 'setCanaryShare'>) {
		this.#plant = plant;
		this.#current = Array.from({ length: changes }, () => ({ share: 1, mode: 'divert' }));
	}

	/** Sets the share on the plant where it differs from the current one; one mode ends before another begins. */
	set(
		change: number,
		{ requestShare: share, requestMode: mode }: Pick<StageScope, 'requestShare' | 'requestMode'>,
	): void {
		const current = this.#current[change];
		if (current.share < 1 && (share === 1 || current.mode !== mode))
			this.#plant.setCanaryShare(change, 1, current.mode);
		if (share < 1 && (current.share !== share || current.mode !== mode))
			this.#plant.setCanaryShare(change, share, mode);
		this.#current[change] = { share, mode };
	}
}
