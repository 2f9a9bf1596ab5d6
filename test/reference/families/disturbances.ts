/** Families of faults and of changes, alone and together. */
import { base, plainClient, plainEdge, traffic } from './parts.js';
import { both, type Document, type Family, type Picker } from './picker.js';

const where = (pick: Picker): Document => pick.one<Document>({}, { where: { node: 0 } }, { where: { nodes: '50%' } });

const effects: Readonly<Record<string, (pick: Picker, exact: boolean) => Document>> = {
	crash: () => ({ crash: true }),
	speed: (pick) => ({ speed: pick.one('x0', 'x0.2', 'x0.5', 'x2') }),
	latency: (pick) => ({ latency: pick.one('x0', 'x5') }),
	errors: (pick, exact) => ({ errors: exact ? '100%' : pick.one('30%', '100%') }),
	partition: () => ({ partition: true }),
	traffic: (pick) => ({ traffic: pick.one('x0.5', 'x2') }),
};

const fault = (pick: Picker, exact: boolean, kind: string): Document => ({
	at: pick.one('1s', '1503ms', '2s'),
	for: pick.one('300ms', '1s', '2s'),
	...(kind === 'traffic' ? {} : where(pick)),
	...effects[kind](pick, exact),
});

const world = (pick: Picker, exact: boolean, more: Document): Document => ({
	...base('disturbed'),
	...traffic(pick, exact),
	edge: {
		...plainEdge(pick, exact),
		crash: { work: pick.one('lost', 'reset', 'kept') },
		crashed: pick.one('refuse', 'silent'),
		cutOff: pick.one('refuse', 'silent'),
		...pick.maybe({ coldStart: { for: '500ms', factor: 'x3' } }),
		abandoned: pick.one('serve', 'serve', 'drop-at-dequeue', 'cancel-queued', 'cancel-in-service'),
	},
	clients: { apps: plainClient(pick, exact) },
	...more,
});

const change = (pick: Picker, exact: boolean): Document => ({
	match: { nodes: pick.one('100%', '50%'), ...(exact ? {} : { requests: pick.one('100%', '40%') }) },
	fails: exact ? pick.one('0%', '100%') : pick.one('0%', '30%', '100%'),
	cost: pick.one('x1', 'x3'),
	...pick.maybe({ errorCost: pick.one('x0.5', 'x5') }),
	...pick.maybe({ failOpen: true }),
	...pick.one<Document>({}, { aboveLoad: '60%' }, { sheds: exact ? '100%' : '40%' }),
	onset: exact ? pick.one('0s', '170ms') : pick.one<unknown>('0s', { exponential: '200ms' }),
});

export const DISTURBANCES: readonly Family[] = [
	...Object.keys(effects).flatMap((kind) =>
		both(`fault: ${kind}`, (pick, exact) => world(pick, exact, { faults: { one: fault(pick, exact, kind) } })),
	),
	...both('faults in pairs', (pick, exact) => {
		const kinds = Object.keys(effects);
		return world(pick, exact, {
			faults: { one: fault(pick, exact, pick.one(...kinds)), two: fault(pick, exact, pick.one(...kinds)) },
		});
	}),
	...both('change', (pick, exact) =>
		world(pick, exact, { changes: { one: change(pick, exact) }, rollouts: { one: { at: '1200ms' } } }),
	),
	...both('changes in pairs', (pick, exact) =>
		world(pick, exact, {
			// Whose error cost counts where both strike, MODEL leaves open.
			changes: {
				one: { ...change(pick, exact), failOpen: false },
				two: { ...change(pick, exact), failOpen: false, errorCost: undefined },
			},
			rollouts: { one: { at: '1200ms' }, two: { at: pick.one('500ms', '2s') } },
		}),
	),
];
