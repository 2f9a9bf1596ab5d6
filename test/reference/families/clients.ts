/** Families of clients: how long they wait, how they try again, and how their layers lie over each other. */
import { backoff, base, latency, plainClient, plainEdge, plainRetry, time, traffic } from './parts.js';
import { both, type Document, type Family, type Picker, random } from './picker.js';

const world = (pick: Picker, exact: boolean, client: Document, edge: Document = {}): Document => ({
	...base('clients'),
	...traffic(pick, exact),
	edge: { ...plainEdge(pick, exact), ...edge },
	clients: { apps: { ...plainClient(pick, exact), ...client } },
});

const delays = (pick: Picker): Document =>
	pick.one<Document>(
		{
			growth: 'linear',
			base: '10ms',
			step: '40ms',
			cap: '100ms',
			capStage: pick.one('base', 'result', 'both'),
			jitter: { scale: [0.5, 1.5], add: ['0ms', '20ms'] },
		},
		{ growth: 'polynomial', base: '10ms', power: 2, jitter: 'equal', floor: '30ms' },
		{
			growth: 'exponential',
			base: '10ms',
			multiplier: 3,
			firstExponent: 1,
			maxExponent: 2,
			jitter: 'full',
			quantum: '10ms',
		},
		{ growth: 'exponential', base: '15ms', multiplier: 1.7, stepQuantum: '10ms' },
		{ growth: 'table', table: ['0ms', '50ms', '100ms'], tableEnd: pick.one('repeat', 'stop'), jitter: { comb: '40%' } },
		{ growth: 'compound', base: '20ms', multiplier: 2, jitter: { scale: [0.8, 1.2] } },
		{ growth: 'decorrelated', base: '20ms', cap: '200ms' },
		{ growth: 'decorrelated-v2', base: '20ms', cap: '200ms' },
		{ growth: 'decorrelated-monotone', base: '20ms', cap: '200ms' },
		{ growth: 'fixed', base: '50ms', first: '5ms', perClient: true, jitter: 'full', waitsOn: ['503', 'timeout'] },
		{ growth: 'fixed', base: '50ms', baseFor: { timeout: '10ms' }, jitter: 'full' },
		{ drawn: [{ exponential: '20ms' }, { uniform: { from: '10ms', to: '200ms' } }] },
	);

export const CLIENTS: readonly Family[] = [
	random('back-off', (pick, exact) =>
		world(
			pick,
			exact,
			{ instances: pick.one(1, 3), retry: { attempts: pick.one(3, 5, 8), backoff: delays(pick) } },
			{ queue: pick.one(0, 3) },
		),
	),
	...both('whole request', (pick, exact) =>
		world(pick, exact, { timeoutClock: 'whole-request', timeout: time(pick, exact, 130, 401, 907) }),
	),
	...both('patience', (pick, exact) =>
		world(
			pick,
			exact,
			{ patience: time(pick, exact, 60, 233, 607) },
			{ abandoned: pick.one('serve', 'drop-at-dequeue', 'cancel-queued', 'cancel-in-service') },
		),
	),
	...both('late answers', (pick, exact) =>
		world(pick, exact, {
			lateAnswer: 'accept',
			timeout: time(pick, exact, 31, 77),
			retry: { attempts: pick.one(2, 4), backoff: backoff(pick, exact) },
		}),
	),
	...both('which failures', (pick, exact) =>
		world(pick, exact, {
			retry: {
				...plainRetry(pick, exact),
				...pick.one<Document>({ on: ['timeout'] }, { on: ['rejected'] }, { on: ['503', 'refused'] }, { on: ['error'] }),
				...pick.maybe({ attemptsFor: { timeout: 2 } }),
				...(exact ? {} : pick.maybe({ probability: '60%' })),
			},
		}),
	),
	...both('layers', (pick, exact) => ({
		...base('layers'),
		...traffic(pick, exact),
		edge: { ...plainEdge(pick, exact), abandoned: pick.one('serve', 'cancel-queued', 'cancel-in-service') },
		clients: {
			apps: {
				...latency(pick, exact),
				timeout: time(pick, exact, 51, 130),
				...pick.maybe({ patience: time(pick, exact, 307, 911) }),
				layers: {
					sdk: plainRetry(pick, exact),
					app: {
						...plainRetry(pick, exact),
						...pick.maybe({ timeout: time(pick, exact, 97, 263) }),
						...pick.maybe({ overall: { after: '700ms', checked: pick.one('always', 'before-try') } }),
					},
					...pick.maybe({ person: { attempts: 2, backoff: '401ms', marked: false } }),
				},
			},
		},
	})),
];
