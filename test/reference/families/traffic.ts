/** Families of what arrives, and where it goes. */
import { base, plainClient, plainEdge, plainRetry, time, traffic } from './parts.js';
import { both, type Document, type Family, type Picker, random } from './picker.js';

const forms = (pick: Picker): Document =>
	pick.one<Document>(
		{ ramp: { from: '5/s', to: '90/s', over: '1s..4s' } },
		{ rate: '40/s', spikes: { one: { at: '1500ms', for: '800ms', factor: 'x3' } } },
		{
			rate: '40/s',
			spikes: { one: { at: '1500ms', for: '800ms', add: '50/s' }, two: { at: '2s', for: '1s', rate: '10/s' } },
		},
		{
			steps: [
				{ at: '0s', rate: '70/s' },
				{ at: '2s', rate: '0/s' },
				{ at: '2700ms', rate: '33/s' },
			],
		},
		{ mmpp: { rates: ['10/s', '80/s', '0/s'], switchRates: ['1/s', '2/s', '3/s'] } },
		{ mmpp: { rates: ['100/s', '5/s'], switchRates: ['0.5/s', '0.2/s'] } },
		{ counts: { every: '700ms', values: [10, 0, 45, 3, 80] } },
		{ counts: { every: '700ms', values: [10, 0, 45, 3, 80], exact: true } },
		{ instants: ['0s', '1ms', '1ms', '1ms', '500ms', '501ms', '4s', '4s', '4s', '4s', '4s'] },
	);

const classes = {
	classes: { page: { service: { exponential: '20ms' } }, upload: { service: '90ms', errors: '10%', method: 'POST' } },
	mixes: { day: { page: '80%', upload: '20%' }, night: { page: '30%', upload: '70%' } },
	mix: [
		{ at: '0s', mix: 'day' },
		{ at: '3s', mix: 'night' },
	],
};

export const TRAFFIC: readonly Family[] = [
	...both('plain', (pick, exact) => ({
		...base('plain'),
		...traffic(pick, exact),
		edge: plainEdge(pick, exact),
		clients: { apps: plainClient(pick, exact) },
	})),
	...both('load balancing', (pick, exact) => ({
		...base('balancing'),
		...traffic(pick, exact),
		edge: {
			...plainEdge(pick, exact),
			nodes: 3,
			choice: exact ? 'least-outstanding' : pick.one('least-outstanding', 'two-choices'),
		},
		clients: { apps: { ...plainClient(pick, exact), latency: '0s' } },
	})),
	random('traffic', (pick, exact) => ({
		...base('traffic'),
		traffic: forms(pick),
		edge: plainEdge(pick, exact),
		clients: { apps: plainClient(pick, exact) },
	})),
	random('regular traffic, shared out', (pick, exact) => ({
		...base('shared'),
		traffic: pick.one<Document>(
			{ rate: '100/s', process: 'regular' },
			{ ramp: { from: '5/s', to: '90/s', over: '1s..4s' }, process: 'regular' },
		),
		regions: { here: { share: '60%' }, there: { share: '40%' } },
		edge: { workers: 1, queue: pick.one(0, 5), service: pick.one('9ms', '31ms') },
		clients: {
			apps: { ...plainClient(pick, exact), share: '30%' },
			pages: { ...plainClient(pick, exact), share: '70%' },
		},
	})),
	random('classes', (pick, exact) => ({
		...base('classes'),
		...classes,
		...traffic(pick, exact),
		edge: { nodes: 2, workers: pick.one(1, 2), queue: pick.one(1, 10) },
		clients: {
			apps: { ...plainClient(pick, exact), share: '50%' },
			posts: { ...plainClient(pick, exact), share: '50%', ...pick.maybe({ classes: ['upload'] }) },
		},
	})),
	random('places', (pick, exact) => ({
		...base('places'),
		...traffic(pick, exact),
		regions: {
			here: { share: '60%', failover: ['there', 'far'] },
			there: { share: '30%', failover: ['here'] },
			far: { share: '10%' },
		},
		edge: {
			...plainEdge(pick, exact),
			...pick.maybe({
				groups: {
					older: { nodes: 1, workers: 1, traffic: '30%' },
					newer: { nodes: 2, traffic: '50%', platform: 'new' },
					newest: { nodes: 1, service: time(pick, exact, 13, 40), traffic: '20%', platform: 'new' },
				},
			}),
		},
		clients: {
			apps: {
				...plainClient(pick, exact),
				retry: { ...plainRetry(pick, exact), target: pick.one('repick', 'same', 'next-region') },
			},
		},
	})),
	...both('targets', (pick, exact) => ({
		...base('targets'),
		...traffic(pick, exact),
		edge: { ...plainEdge(pick, exact), nodes: pick.whole(1, 4) },
		clients: {
			apps: {
				...plainClient(pick, exact),
				retry: { ...plainRetry(pick, exact), target: pick.one('repick', 'same', 'next-node') },
			},
		},
	})),
];
