// HOT PATH: runs once per failed attempt; allocates nothing.
/**
 * A population's stack of retry layers, compiled: given a failed try, which layer tries again and after how long.
 * Layers are asked from inside out; gates are asked without side effects and charged together once all agree.
 */
import type { Streams } from '../../kernel/random.js';
import { OUTCOME } from '../../model/attempt.js';
import type { Population } from '../../model/client.js';
import type { Distribution } from '../../model/distribution.js';
import { type Backoff, compileBackoff, needsDraw } from '../../model/retry/backoff.js';
import type { RetryPolicy } from '../../model/retry/policy.js';
import { BudgetState } from './budgets.js';
import { drawer } from './drawer.js';
import type { Requests } from './requests.js';

/** No layer tries again. */
export const GIVE_UP = -1;

/** One layer, ready to be asked. State of budgets is shared by all regions of the population. */
class Layer {
	/** bit o is set when outcome o is tried again */
	readonly on: number;
	readonly backoff: Backoff;
	readonly draws: boolean;
	readonly attempts: number;
	readonly probability: number;
	/** decorrelated delays start from the base */
	readonly firstPreviousUs: number;
	readonly budget: BudgetState | null;

	constructor(
		readonly policy: RetryPolicy,
		instances: number,
		pools: number,
	) {
		this.attempts = policy.attempts;
		this.probability = policy.probability;
		this.on = policy.on.reduce((bits, outcome) => bits | (1 << OUTCOME[outcome]), 0);
		this.backoff = compileBackoff(policy.growth, policy.jitter);
		this.draws = needsDraw(policy.growth, policy.jitter);
		this.firstPreviousUs = policy.growth.kind === 'decorrelated' ? policy.growth.baseUs : 0;
		this.budget = policy.budget === null ? null : new BudgetState(policy.budget, instances, pools);
	}
}

/** The layers of every population; see `RetryStack` for the sources that use them. */
export class RetryLayers {
	readonly ofPopulation: readonly (readonly Layer[])[];

	constructor(populations: readonly Population[], pools: number) {
		this.ofPopulation = populations.map((p) => p.layers.map((policy) => new Layer(policy, p.instances, pools)));
	}
}

export class RetryStack {
	/** what `decide` found: the layer that tries again */
	layer = 0;
	/** some budget refused while everything else agreed */
	suppressed = false;
	readonly hasTimeouts: boolean;
	private readonly layers: readonly Layer[];
	private readonly backoffDraw: (() => number)[];
	private readonly againDraw: (() => number)[];
	private readonly timeoutDraw: ((() => number) | null)[];
	readonly hasBudgets: boolean;

	/** @param owner names the source's streams: `region/population` */
	constructor(
		all: RetryLayers,
		population: number,
		private readonly requests: Requests,
		streams: Streams,
		owner: string,
	) {
		this.layers = all.ofPopulation[population];
		this.backoffDraw = this.layers.map((_, k) => streams.uniform(`backoff/${owner}/${k}`));
		this.againDraw = this.layers.map((_, k) => streams.uniform(`again/${owner}/${k}`));
		this.timeoutDraw = this.layers.map(({ policy: { timeout } }, k) => timeLaw(timeout, streams, `try/${owner}/${k}`));
		this.hasTimeouts = this.timeoutDraw.some((draw) => draw !== null);
		this.hasBudgets = this.layers.some((layer) => layer.budget !== null);
	}

	get depth(): number {
		return this.layers.length;
	}

	policy(layer: number): RetryPolicy {
		return this.layers[layer].policy;
	}

	/** Layers from `layer` inwards start a new call: one try each. */
	callsStart(request: number, layer: number): void {
		const { requests } = this;
		for (let k = layer; k >= 0; k--) {
			const at = request * requests.layers + k;
			requests.tries[at] = 1;
			requests.previousUs[at] = this.layers[k].firstPreviousUs;
		}
	}

	/** The credit that new calls of the layers from `layer` inwards earn. */
	creditCalls(layer: number, instance: number, pool: number): void {
		for (let k = layer; k >= 0; k--) {
			const { budget } = this.layers[k];
			if (budget !== null) budget.credit('per-call', instance, pool);
		}
	}

	/** The credit earned where all calls of the stack end well. */
	creditSuccess(request: number, pool: number): void {
		const instance = this.requests.instance[request];
		for (let k = 0; k < this.layers.length; k++) {
			const { budget } = this.layers[k];
			if (budget === null) continue;
			budget.credit('per-success', instance, pool);
			if (this.requests.tries[request * this.requests.layers + k] === 1) {
				budget.credit('per-first-success', instance, pool);
			}
		}
	}

	/**
	 * Asks the layers from `from` outwards. When one tries again its try is counted, its budget charged, and `layer` says
	 * which.
	 * @param leftUs a retry that would start so late or later is not made
	 * @returns its delay in whole us, or GIVE_UP, below 0
	 */
	decide(request: number, outcome: number, from: number, pool: number, leftUs: number): number {
		const instance = this.hasBudgets ? this.requests.instance[request] : 0;
		this.suppressed = false;
		for (let k = from; k < this.layers.length; k++) {
			const layer = this.layers[k];
			const at = request * this.requests.layers + k;
			const tries = this.requests.tries[at];
			if ((layer.on & (1 << outcome)) === 0 || tries >= layer.attempts) continue;
			if (layer.probability < 1 && this.againDraw[k]() >= layer.probability) continue;
			if (layer.budget !== null && !layer.budget.allows(instance, pool)) {
				this.suppressed = true;
				continue;
			}
			const u = layer.draws ? this.backoffDraw[k]() : 0;
			const delayUs = Math.floor(layer.backoff(tries, u, this.requests.previousUs[at]) + 0.5);
			if (delayUs >= leftUs) continue;
			if (layer.budget !== null) layer.budget.charge(instance, pool);
			this.requests.tries[at] = tries + 1;
			this.requests.previousUs[at] = delayUs;
			this.layer = k;
			return delayUs;
		}
		return GIVE_UP;
	}

	/** Whole us that a try of this layer is waited for; -1 without a timeout. */
	tryTimeoutUs(layer: number): number {
		const draw = this.timeoutDraw[layer];
		return draw === null ? -1 : draw();
	}
}

/** Draws of a time that may be absent. */
export function timeLaw(law: Distribution | null, streams: Streams, name: string): (() => number) | null {
	return law === null ? null : drawer(law, streams.uniform(name));
}
