/** The bench set of SPEED: which scenario, how long, and what the ratio to storm.c should be (floor, goal). */
const nodes = (n) => [
	`edge.nodes=${n}`,
	`traffic.steps=[{ at: 0s, rate: ${1200 * n}/s }, { at: 0.25s, rate: ${2000 * n}/s }, { at: 0.5s, rate: ${1200 * n}/s }]`,
];

export const CASES = {
	'storm B, 300 s': { file: 'storm-b.yaml', queue: 200, seconds: 300, floor: 1.0, goal: 1.25 },
	'storm B, 3,000 s': {
		file: 'storm-b.yaml',
		set: ['duration=3000s'],
		queue: 200,
		seconds: 3000,
		floor: 1.0,
		goal: 1.3,
	},
	'storm C, 300 s': { file: 'storm-c.yaml', queue: 1000, seconds: 300, floor: 0.7, goal: 1.0 },
	'10 nodes': { file: 'storm-b.yaml', set: ['duration=60s', ...nodes(10)] },
	'1,000 nodes': { file: 'storm-b.yaml', set: ['duration=1s', ...nodes(1000)] },
};
