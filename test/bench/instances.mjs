/**
 * `npm run bench:instances`: bytes that the machines of real clients take for each instance in use. For each kind two
 * worlds are run that differ in it alone, without machines and with one for each of 10,000 instances; what is left on
 * the heap after a collection is compared.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DiscreteEngine } from '../../dist/engines/discrete/engine.js';
import { loadScenario } from '../../dist/scenario/load.js';

const INSTANCES = 10_000;
const KINDS = {
	'quota (AWS)': 'budget: { kind: quota }',
	'threshold (gRPC)': 'budget: { kind: threshold }',
	'ttl-window (Linkerd)': 'budget: { kind: ttl-window }',
	'ratio-window (.NET)': 'budget: { kind: ratio-window }',
	'cubic (AWS adaptive)': 'limiter: { kind: cubic }',
	'token-bucket (client-go)': 'limiter: { kind: token-bucket, rate: 5/s, burst: 10 }',
	'ratio breaker (.NET)': 'breaker: { kind: ratio-window, window: 30s, ratio: 10%, minCalls: 100, open: 5s }',
	'consecutive breaker (Linkerd)': 'breaker: { kind: consecutive, open: 1s }',
};

if (process.argv[2] === 'measure') measure(process.argv[3] ?? '');
else {
	const without = run('');
	console.log(
		`bytes for each of ${without.used.toLocaleString('en')} instances in use of ${INSTANCES.toLocaleString('en')}`,
	);
	for (const [name, machine] of Object.entries(KINDS)) {
		const { bytes, states } = run(machine);
		console.log(`${name.padEnd(30)} ${Math.round((bytes - without.bytes) / states)}`);
	}
}

/** In a process of its own, which may call the collector. */
function run(machine) {
	const file = fileURLToPath(import.meta.url);
	return JSON.parse(execFileSync(process.execPath, ['--expose-gc', file, 'measure', machine], { encoding: 'utf8' }));
}

function measure(machine) {
	const text = `
name: instances
duration: 20s
traffic: { rate: 5000/s }
edge: { service: 1ms, workers: 1000 }
classes: { calls: { errors: 10% } }
clients: { users: { instances: ${INSTANCES}, retry: { attempts: 3${machine === '' ? '' : `, ${machine}`} } } }
`;
	const engine = new DiscreteEngine(loadScenario(text, { file: 'instances.yaml' }).world, 1);
	globalThis.gc();
	const before = process.memoryUsage();
	engine.advance(engine.horizonUs);
	globalThis.gc();
	const after = process.memoryUsage();
	const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
	// 100,000 calls leave next to no instance out
	const states = engine.machineStates;
	console.log(JSON.stringify({ bytes, states, used: machine === '' ? INSTANCES : states }));
}
