/**
 * `npm run fuzz -- --minutes N [--seed S] [--from CASE]`: tries inputs nobody would write, each made of a seed and a number alone. What
 * ends with our bug, takes more than two seconds of CPU or more than 1 GiB is kept as a file, which a test replays for ever after.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { foundName, targetsOf } from './targets.js';
import { type Found, pickerOf, targetOf, type Work } from './worker.js';

const HANG_CPU_S = 2;
const MOST_MIB = 1024;
const LOOK_MS = 100;

const { values } = parseArgs({
	options: {
		minutes: { type: 'string', default: '1' },
		seed: { type: 'string', default: String(Date.now() % 1_000_000) },
		from: { type: 'string', default: '0' },
	},
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
const root = process.cwd();
const scratch = mkdtempSync(join(tmpdir(), 'retrystorm-fuzz-'));
const folder = join(root, 'test/fixtures/found');
mkdirSync(folder, { recursive: true });
const targets = targetsOf(root, scratch);
const known = new Set<string>();
let finds = 0;
/** Cases that seemed to hang once. */
const suspects = new Set<number>();

/** One file for each kind of find: the corpus stays small. */
function keep({ number, message }: Found): void {
	finds++;
	const target = targetOf(targets, number);
	const kind = `${target.name}: ${message.split('\n')[0].replace(/\d+/g, 'N').slice(0, 80)}`;
	console.log(`case ${number} of seed ${seed}, ${target.name}: ${message.slice(0, 500)}`);
	if (known.has(kind)) return;
	known.add(kind);
	const file = join(folder, foundName(target.name, seed, number));
	writeFileSync(file, target.make(pickerOf(seed, number)));
	console.log(`  kept as ${file}; again: npm run fuzz -- --seed ${seed} --from ${number} --minutes 0`);
}

/** @returns where to go on; null once the time is over */
async function watch(from: number, untilMs: number): Promise<number | null> {
	const now = new Int32Array(new SharedArrayBuffer(4));
	// Before its first case the thread loads, which is nobody's hang.
	Atomics.store(now, 0, from - 1);
	const worker = new Worker(new URL('./worker.js', import.meta.url), {
		workerData: { root, scratch, seed, from, now } satisfies Work,
		resourceLimits: { maxOldGenerationSizeMb: MOST_MIB },
	});
	worker.on('message', keep);
	let ended: string | null = null;
	worker.on('error', (error) => {
		ended = error.message;
	});
	let [at, cpu] = [-1, process.cpuUsage().user];
	for (;;) {
		await new Promise((go) => setTimeout(go, LOOK_MS));
		const number = Atomics.load(now, 0);
		if (number < from && ended === null) continue;
		if (ended !== null) keep({ number, message: `more than ${MOST_MIB} MiB, or an end of the thread: ${ended}` });
		if (ended !== null) return Math.max(number, from) + 1;
		if (number !== at) [at, cpu] = [number, process.cpuUsage().user];
		const tookS = (process.cpuUsage().user - cpu) / 1e6;
		if (tookS > HANG_CPU_S) {
			await worker.terminate();
			// What else the process does counts as well: a hang is one that comes again in a thread of its own.
			if (!suspects.has(number)) {
				suspects.add(number);
				return number;
			}
			keep({ number, message: `a hang of more than ${HANG_CPU_S} s` });
			return number + 1;
		}
		if (Date.now() < untilMs || number <= from) continue;
		await worker.terminate();
		total = number - Number(values.from);
		return null;
	}
}

let total = 0;
console.log(`fuzz: seed ${seed}, ${minutes} minutes; again: npm run fuzz -- --seed ${seed} --minutes ${minutes}`);
const untilMs = Date.now() + minutes * 60_000;
for (let next: number | null = Number(values.from); next !== null; ) next = await watch(next, untilMs);
rmSync(scratch, { recursive: true, force: true });
console.log(`fuzz: ${total} cases of seed ${seed}, ${finds} finds of ${known.size} kinds`);
process.exitCode = finds > 0 ? 1 : 0;
