/** A client's life: a request is born, its outermost layer is called, and it ends well or not (MODEL sections 1, 2 and 5). */
import type { RetryTarget } from '../../../../src/model/retry/policy.js';
import type { Request } from '../attempt.js';
import { drawIndex } from '../chance.js';
import { type Guards, newGuards } from '../guards/by-scope.js';
import { draw } from '../laws.js';
import type { Node } from '../nodes/node.js';
import type { Run } from '../run.js';
import { newCall, type Step } from './layer.js';

/** What a client keeps of an open request. */
export interface RequestState {
	/** which layer made the next send, and where it is to go */
	plan: { layer: number; target: RetryTarget };
	previous: Node | null;
	/** whole-request: birth + timeout, when attempt and request end */
	readonly wholeUntilUs: number;
	/** birth + patience */
	readonly patientUntilUs: number;
	call: Step | null;
}

export interface Client {
	born(region: number, population: number): void;
	bornLike(other: Request): void;
	of(request: Request): RequestState;
	guardsOf(request: Request, depth: number): Guards;
	/** the number that a client draws once for all its delays of a layer */
	ownLuck(request: Request, depth: number): number;
	firstFailed(request: Request): void;
	succeedLate(request: Request): void;
	/** the request fails, and no layer tries again */
	fail(request: Request): void;
}

export function newClient(getRun: () => Run): Client {
	const keeping = new Map<Request, RequestState>();
	const lucks = new Map<string, number>();
	let guards: ReturnType<typeof newGuards> | null = null;

	function live(request: Request) {
		const run = getRun();
		const { agenda, world, ledgers, chance } = run;
		const { timeout, timeoutClock, patience, layers } = world.populations[request.population];
		const after = (us: number | null): number => (us === null ? Number.POSITIVE_INFINITY : agenda.nowUs + us);
		const state: RequestState = {
			plan: { layer: 0, target: 'repick' },
			previous: null,
			wholeUntilUs: after(timeoutClock === 'whole-request' && timeout !== null ? draw(timeout, chance) : null),
			patientUntilUs: after(patience === null ? null : draw(patience, chance)),
			call: null,
		};
		keeping.set(request, state);
		ledgers.add('born');
		const ends = (atUs: number, outcome: 'timeout' | 'cancelled'): void => {
			if (atUs === Number.POSITIVE_INFINITY) return;
			agenda.book(atUs, 'timeout', () => {
				if (request.state !== 'open') return;
				state.call?.stop(outcome);
				client.fail(request);
			});
		};
		ends(state.wholeUntilUs, 'timeout');
		ends(state.patientUntilUs, 'cancelled');
		state.call = newCall(run, client, request, layers.length - 1, (answer) => {
			if (request.state !== 'open') return;
			if (answer.kind === 'ok') succeed(request);
			else client.fail(request);
		});
		state.call.begin();
	}

	function succeed(request: Request) {
		const { ledgers } = getRun();
		request.state = 'succeeded';
		ledgers.add('succeeded');
		if (request.stumbled) ledgers.add('saved');
		keeping.delete(request);
	}

	const client: Client = {
		born(region, population) {
			const { agenda, world, chance } = getRun();
			const { classes, instances } = world.populations[population];
			const inForce = world.mixes.filter(({ fromUs }) => fromUs <= agenda.nowUs);
			const { shares } = inForce[inForce.length - 1];
			live({
				...{
					bornUs: agenda.nowUs,
					region,
					population,
					isExtra: false,
					sent: 0,
					stumbled: false,
					firstFailed: false,
					state: 'open',
				},
				requestClass:
					classes[
						drawIndex(
							classes.map((one) => shares[one]),
							chance,
						)
					],
				platform: drawIndex(world.regions[region].platformShares, chance),
				instance: Math.floor(chance() * instances),
				shareLuck: world.changes.map(chance),
				rolloutLuck: world.rollouts.map(chance),
			});
		},
		bornLike(other) {
			live({
				...other,
				bornUs: getRun().agenda.nowUs,
				isExtra: true,
				sent: 0,
				stumbled: false,
				firstFailed: false,
				state: 'open',
			});
		},
		of(request) {
			const state = keeping.get(request);
			if (state === undefined) throw new Error('the request is over');
			return state;
		},
		guardsOf(request, depth) {
			guards ??= newGuards(getRun());
			return guards(request, depth);
		},
		ownLuck(request, depth) {
			const key = `${request.population}/${request.instance}/${depth}`;
			const uniform = lucks.get(key) ?? getRun().chance();
			lucks.set(key, uniform);
			return uniform;
		},
		firstFailed(request) {
			if (!request.firstFailed) getRun().ledgers.add('first_failed');
			request.firstFailed = true;
		},
		succeedLate(request) {
			keeping.get(request)?.call?.stop('cancelled');
			succeed(request);
		},
		fail(request) {
			request.state = 'failed';
			getRun().ledgers.add('failed');
			keeping.delete(request);
		},
	};
	return client;
}
