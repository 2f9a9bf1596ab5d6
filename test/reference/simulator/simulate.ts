/** The reference simulator: MODEL.md written once more, as plainly as possible. It shares nothing with the engine but the types of a world. */
import type { World } from '../../../src/model/world.js';
import { newAgenda } from './agenda.js';
import { births } from './arrivals.js';
import { newChance } from './chance.js';
import { newClient } from './clients/client.js';
import { type Figures, newLedgers, newWaiting } from './ledgers.js';
import { newNetwork } from './network.js';
import { befalls } from './nodes/health.js';
import { newNode } from './nodes/node.js';
import { newRollouts } from './rollouts.js';
import { newRouting } from './routing.js';
import type { Run } from './run.js';

/** Runs a world to its horizon. @returns what was counted from t = 0 on, by name */
export function simulateByTheBook(world: World, seed: number): Figures {
	const agenda = newAgenda();
	const chance = newChance(seed);
	const ledgers = newLedgers();
	const places = world.groups.flatMap((group, g) =>
		Array.from({ length: group.nodes }, (_, place) => ({ group, g, place })),
	);
	const faultsOn = places.map(({ group, g, place }) => world.faults.filter((fault) => befalls(fault, group, g, place)));
	const nodes: Run['nodes'] = [];
	const client = newClient(() => run);
	const network = newNetwork({ agenda, world, ledgers, chance });
	const rollouts = newRollouts({ agenda, world, chance, nodes }, (like) => client.bornLike(like));
	const routing = newRouting({ world, chance, nodes }, rollouts.mayGo);
	const waiting = newWaiting(ledgers, () => agenda.nowUs);
	const run: Run = { waiting, world, agenda, chance, ledgers, network, routing, rollouts, nodes, faultsOn };
	places.forEach(({ group }, index) => {
		nodes.push(newNode(run, group, index));
	});

	bookFaults(run);
	rollouts.begin();
	for (const { atUs, region, population } of births(world, chance)) {
		agenda.book(atUs, 'arrival', () => client.born(region, population));
	}
	agenda.runUntil(world.horizonUs);
	waiting.enter();
	for (const node of nodes) node.keepTime();
	return ledgers.figures;
}

/** At both ends of a fault its nodes change: they crash, come back, or work at another speed. */
function bookFaults({ agenda, nodes, faultsOn }: Run) {
	nodes.forEach((node, index) => {
		for (const { fromUs, toUs, effect } of faultsOn[index]) {
			const others = (): boolean =>
				faultsOn[index].some(
					(one) => one.effect.kind === 'crash' && one.fromUs < agenda.nowUs && agenda.nowUs < one.toUs,
				);
			agenda.book(fromUs, 'control', () => {
				if (effect.kind === 'crash' && !others()) node.crash();
				node.repace();
			});
			agenda.book(toUs, 'control', () => {
				if (effect.kind === 'crash' && !node.isDown()) node.restart();
				node.repace();
			});
		}
	});
}
