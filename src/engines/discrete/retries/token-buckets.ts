/** Where the tokens of retry budgets are kept: per instance, per (region, platform) pool, or per population. */

import type { RatioBucket } from '../../../model/retry/budgets/ratio-bucket.js';
import { earn, mayRetry, spend } from '../../../model/retry/budgets/token-bucket-budget.js';

export class TokenBuckets {
	private readonly tokens: Float64Array;

	constructor(
		readonly budget: RatioBucket,
		instances: number,
		pools: number,
	) {
		const cells = { instance: instances, destination: pools, population: 1 }[budget.scope];
		this.tokens = new Float64Array(cells).fill(Math.min(budget.initial, budget.capacity));
	}

	allows(instance: number, pool: number): boolean {
		return mayRetry(this.budget, this.tokens[this.cell(instance, pool)]);
	}

	charge(instance: number, pool: number): void {
		const cell = this.cell(instance, pool);
		this.tokens[cell] = spend(this.budget, this.tokens[cell]);
	}

	/** A credit event of this kind; only the kind that the budget is fed by counts. */
	credit(kind: RatioBucket['credit'], instance: number, pool: number): void {
		if (kind !== this.budget.credit) return;
		const cell = this.cell(instance, pool);
		this.tokens[cell] = earn(this.budget, this.tokens[cell]);
	}

	private cell(instance: number, pool: number): number {
		if (this.budget.scope === 'population') return 0;
		return this.budget.scope === 'instance' ? instance : pool;
	}
}
