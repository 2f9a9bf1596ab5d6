/** Families of what nodes do: who waits, who is served, who is turned away, and what becomes of work nobody waits for. */
import { base, plainClient, plainEdge, time, traffic } from './parts.js';
import { both, type Document, type Family, type Picker } from './picker.js';

const twoClasses = (pick: Picker, exact: boolean): Document => ({
	classes: {
		page: { priority: 1, service: time(pick, exact, 23, 41) },
		pay: { priority: 0, service: time(pick, exact, 23, 67) },
	},
	mixes: { all: { page: '70%', pay: '30%' } },
	mix: 'all',
});

const world = (pick: Picker, exact: boolean, edge: Document, more: Document = {}): Document => ({
	...base('nodes'),
	...traffic(pick, exact),
	...more,
	edge: { ...plainEdge(pick, exact), ...edge },
	clients: { apps: plainClient(pick, exact) },
});

export const NODES: readonly Family[] = [
	...both('disciplines', (pick, exact) =>
		world(pick, exact, {
			discipline: pick.one('lifo', 'adaptive-lifo', 'adaptive-lifo'),
			lifoAbove: pick.one(0, 2, 10),
		}),
	),
	...both('processor sharing', (pick, exact) => world(pick, exact, { discipline: 'processor-sharing' })),
	{
		name: 'priority',
		exact: false,
		make: (pick) => world(pick, false, { discipline: 'priority' }, twoClasses(pick, false)),
	},
	...both('codel', (pick, exact) =>
		world(pick, exact, {
			codel: { target: pick.one('5ms', '20ms'), interval: pick.one('100ms', '50ms') },
			discipline: pick.one('fifo', 'fifo', 'lifo', 'adaptive-lifo'),
			queue: pick.one<unknown>(5, 20, 'unlimited'),
			abandoned: pick.one('serve', 'drop-at-dequeue'),
		}),
	),
	...both('abandoned', (pick, exact) =>
		world(pick, exact, {
			abandoned: pick.one('drop-at-dequeue', 'cancel-queued', 'cancel-in-service'),
			discipline: pick.one('fifo', 'fifo', 'lifo'),
		}),
	),
	...both('abandoned while sharing', (pick, exact) =>
		world(pick, exact, {
			abandoned: pick.one('drop-at-dequeue', 'cancel-queued', 'cancel-in-service'),
			discipline: 'processor-sharing',
		}),
	),
	...both('rejection work', (pick, exact) =>
		world(pick, exact, { rejectCost: pick.one('2ms', '13ms'), queue: pick.one(0, 1, 5), onFull: 'reject' }),
	),
	...both('shedding', (pick, exact) =>
		world(pick, exact, {
			shed: {
				one: { ...pick.maybe({ queueAbove: pick.one(0, 3) }), share: exact ? '100%' : '60%', during: '1s..4s' },
				...pick.maybe({
					two: { utilisationAbove: '50%', retriesOnly: pick.chance(0.5), share: exact ? '100%' : '60%' },
				}),
			},
			...pick.maybe({ rejectCost: '3ms' }),
		}),
	),
	...both('in flight', (pick, exact) =>
		world(pick, exact, { perInFlight: pick.one(0.25, 1), workers: pick.one(2, 4, 8) }),
	),
];
