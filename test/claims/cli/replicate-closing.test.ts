/** `run --variant A --variant B --reps N` ends with one line on all variants, which names those that kept it from passing. */
import { afterEach, expect, it, vi } from 'vitest';
import { replicateVariants } from '../../../src/cli/commands/replicate.js';
import { plain } from '../../../src/report/text/style.js';
import { loader } from '../../support/experiment-builder.js';

const FILE = `name: two
duration: 20s
traffic: { rate: 50/s }
edge: { service: { exponential: 20ms }, workers: 8 }
clients: { apps: { timeout: 1s } }
expect: [{ that: amplification, below: 2 }, { that: lost, below: 1% }]
variants:
  down: { faults: { down: { at: 5s, for: 10s, errors: 100% } } }
  late: { faults: { hang: { at: 15s, for: 5s, speed: x0 } }, expect: [{ that: recovered-at-all, equals: true }] }
`;

afterEach(() => {
	vi.restoreAllMocks();
});

async function closingOf(names: readonly string[]) {
	const written: string[] = [];
	vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
	const options = {
		seed: '1',
		results: false,
		report: false,
		format: 'text',
		reps: 2,
		maxReps: 2,
		workers: 1,
		progress: 'none',
		quiet: true,
	} as const;
	const load = loader(FILE);
	const code = await replicateVariants({
		file: 'two.yaml',
		text: FILE,
		variants: { names, load },
		seed: 1,
		size: { runs: 2 },
		options,
		style: plain,
	});
	return { code, last: written.join('').trimEnd().split('\n').at(-1) };
}

it.each([
	[['base', 'down'], 99, /^ {2}FAIL 1 of 4 expectations: failed in two, down \(1 of 2\)$/],
	[['base', 'late'], 3, /^ {2}UNDECIDED 1 of \d expectations: undecided in two, late \(1 of \d\)$/],
	[['base', 'base'], 0, /^ {2}PASS: all 4 expectations hold$/],
])('of %s', async (names, code, text) => {
	const found = await closingOf(names);
	expect(found).toMatchObject({ code, last: expect.stringMatching(text) });
});
