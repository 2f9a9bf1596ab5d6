/** Where an attempt goes (MODEL sections 1, 2 and 3): a region, the request's platform there, and a node of those. */
import type { RetryTarget } from '../../../src/model/retry/policy.js';
import type { Request } from './attempt.js';
import type { Node } from './nodes/node.js';
import type { Run } from './run.js';

export interface Routing {
	/** @param previous the node of the attempt before, null for a first one */
	choose(request: Request, target: RetryTarget, previous: Node | null): Node;
}

export function newRouting(
	{ world, chance, nodes }: Pick<Run, 'world' | 'chance' | 'nodes'>,
	inRotation: (node: Node, request: Request) => boolean,
): Routing {
	/** A round-robin pointer belongs to a population, region and platform. */
	const pointers = new Map<string, number>();
	const poolOf = (region: number, platform: number): Node[] =>
		nodes.filter(({ group }) => group.region === region && group.platform === platform);

	/** The pool of a region, or of the first one after it in failover order that has a node in rotation; else its own, as it is. */
	function pool(region: number, request: Request, home: readonly number[]): Node[] {
		const after = home.slice(home.indexOf(region)).concat(home.slice(0, home.indexOf(region)));
		const order = world.failover === null ? [region] : after;
		const pools = order.map((one) => poolOf(one, request.platform).filter((node) => inRotation(node, request)));
		return pools.find((one) => one.length > 0) ?? poolOf(region, request.platform);
	}

	function pick(from: Node[], request: Request, avoided: Node | null): Node {
		const others = from.filter((node) => node !== avoided);
		const candidates = others.length > 0 ? others : from;
		const least = (of: Node[]): Node => of.reduce((best, node) => (node.outstanding < best.outstanding ? node : best));
		const random = (of: Node[]): Node => of[Math.floor(chance() * of.length)];
		switch (world.choice) {
			case 'round-robin':
				return turn(from, candidates, request);
			case 'random':
				return random(candidates);
			case 'least-outstanding':
				return least(candidates);
			case 'two-choices': {
				if (candidates.length === 1) return candidates[0];
				const one = random(candidates);
				const other = random(candidates.filter((node) => node !== one));
				return least([one, other].sort((a, b) => a.index - b.index));
			}
		}
	}

	function turn(from: Node[], candidates: Node[], { population }: Request): Node {
		const { region, platform } = from[0].group;
		const key = `${population}/${region}/${platform}`;
		const all = poolOf(region, platform);
		for (;;) {
			const at = pointers.get(key) ?? 0;
			pointers.set(key, (at + 1) % all.length);
			if (candidates.includes(all[at])) return all[at];
		}
	}

	return {
		choose(request, target, previous) {
			const order = [request.region, ...world.regions[request.region].failover];
			if (previous === null) return pick(pool(request.region, request, order), request, null);
			const there = order.indexOf(previous.group.region);
			const here = poolOf(previous.group.region, request.platform);
			switch (target) {
				case 'same':
					return previous;
				case 'next-node':
					return here[(here.indexOf(previous) + 1) % here.length];
				case 'next-region':
					return pick(pool(order[(there + 1) % order.length], request, order), request, null);
				case 'avoid-previous':
					return pick(pool(request.region, request, order), request, previous);
				case 'repick':
					return pick(pool(request.region, request, order), request, null);
			}
		},
	};
}
