/** What an import makes of manifests: stages, checks, and what it says of each line. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { UserError } from '../../../src/kernel/errors.js';
import { type ImportResult, importManifests } from '../../../src/readers/import.js';
import { readAnswers } from '../../../src/readers/rollouts/import-answers.js';
import { InvalidScenario } from '../../../src/scenario/document/issue.js';
import { loadScenario } from '../../../src/scenario/load.js';
import { HOSTILE } from '../../fixtures/import/hostile.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures/import');
const given = (file: string) => ({ file, text: readFileSync(join(FIXTURES, file), 'utf8') });
const NO_FLAGS = readAnswers({});

const importOf = (file: string, flags: Parameters<typeof readAnswers>[0] = {}): ImportResult =>
	importManifests([given(file)], null, readAnswers(flags));
const rolloutOf = (file: string, flags: Parameters<typeof readAnswers>[0] = {}) => {
	const { text } = importOf(file, flags);
	const [rollout] = Object.values(parse(text).rollouts);
	return JSON.parse(JSON.stringify(rollout));
};
const saying = ({ notes }: ImportResult, kind: string): string[] =>
	notes.filter((note) => note.kind === kind).map(({ at, text }) => `${at}: ${text}`);

const ARGO_ERRORS = { inconclusiveLimit: 0, errorLimit: 4, errorRetry: '10s' };

describe('an Argo canary', () => {
	it('becomes stages by weight, held as long as its pauses and analyses take', () => {
		const { stages } = rolloutOf('argo-full.yaml');
		expect(Object.keys(stages)).toEqual(['weight-5', 'weight-20', 'weight-50', 'weight-50-2', 'everywhere']);
		expect(stages['weight-5']).toEqual({ scope: { requests: '5%', mode: 'divert' }, hold: '5m' });
		// 90 s of pause, then four measurements 30 s apart.
		expect(stages['weight-20'].hold).toBe('3m');
		expect(stages['weight-50']).toEqual({ scope: { requests: '50%', mode: 'divert' }, approval: '10m' });
		expect(stages['weight-50-2']).toEqual({ scope: { requests: '50%', mode: 'divert' }, hold: '10m' });
		expect(stages.everywhere).toEqual({});
	});

	it('that takes days is written with buckets that a run of days may have', () => {
		const text = readFileSync(join(FIXTURES, 'argo-pods.yaml'), 'utf8').replace(/duration: \S+/, 'duration: 110h');
		expect(text).toContain('110h');
		const { text: written, errors } = importManifests([{ file: 'a', text }], null, NO_FLAGS);
		expect(errors).toEqual([]);
		expect(written).toContain('record: { bucket: 30s }');
	});

	it('has the analysis of a step as gates of its stage', () => {
		expect(rolloutOf('argo-full.yaml').stages['weight-20'].gates).toEqual({
			p95: {
				numerator: 'slow',
				slowerThan: '400ms',
				accounting: 'all-attempts',
				scope: 'rollout',
				window: '60s',
				above: '5%',
				noData: 'pass',
				every: '30s',
				everyFrom: 'finish',
				delay: '90s',
				count: 4,
				fail: { totalAbove: 0 },
				...ARGO_ERRORS,
				mustPass: true,
			},
		});
	});

	it('has the analysis beside its steps as gates from the stage of startingStep on', () => {
		expect(rolloutOf('argo-full.yaml').gates).toEqual({
			'success-rate': {
				from: 'weight-20',
				numerator: 'errors',
				accounting: 'all-attempts',
				scope: 'rollout',
				window: '2m',
				above: '3%',
				noData: 'error',
				every: '60s',
				everyFrom: 'finish',
				delay: '30s',
				fail: { totalAbove: 2 },
				...ARGO_ERRORS,
			},
		});
	});

	it('begins in the middle of a stage where startingStep is a pause', () => {
		const { file, text } = given('argo-full.yaml');
		const later = text.replace('startingStep: 2', 'startingStep: 4');
		const [rollout] = Object.values(parse(importManifests([{ file, text: later }], null, NO_FLAGS).text).rollouts);
		// The analysis of the second weight is step 4, after 90 s of pause.
		expect(rollout).toMatchObject({ gates: { 'success-rate': { from: 'weight-20', delay: '2m' } } });
	});

	it('is inconclusive between two conditions, and fails at the limit itself where theirs does', () => {
		const { stages, revert } = rolloutOf('argo-pair.yaml');
		expect(stages['weight-10'].hold).toBe('100s');
		expect(stages['weight-10'].gates['error-rate']).toMatchObject({
			numerator: 'errors',
			scope: 'global',
			window: '30s',
			above: '4.999999%',
			passUpTo: '2%',
			noData: 'error',
			fail: { totalAbove: 1 },
			inconclusiveLimit: 3,
			errorLimit: 2,
			mustPass: false,
		});
		expect(stages['weight-10'].gates['retries-sent']).toMatchObject({
			numerator: 'retries',
			above: '9.999999%',
			noData: 'pass',
			count: 1,
			dryRun: true,
		});
		expect(stages['weight-10'].gates['retries-sent']).not.toHaveProperty('every');
		expect(revert).toEqual({ shape: 'capacity' });
	});

	it('asks whom a query sees in which no matcher is a name of the new version, and takes both', () => {
		const questions = saying(importOf('argo-pair.yaml'), 'asked');
		expect(questions.join('\n')).toMatch(
			/argo-pair\.yaml:31: does ingress="search", .*name the new version alone, or both\? It is taken to see both/,
		);
	});

	it('has weights of pods without a router, on as many nodes, and runs', () => {
		const { text } = importOf('argo-pods.yaml');
		const { stages } = rolloutOf('argo-pods.yaml');
		expect(Object.values(stages).map((stage) => Object(stage).scope)).toEqual([
			{ nodes: '20%' },
			{ nodes: '30%' },
			undefined,
		]);
		const { world } = loadScenario(text, { file: 'imported.yaml' });
		expect(world.nodeCount).toBe(10);
		expect(world.rollouts[0].stages.map(({ holdUs }) => holdUs)).toEqual([120e6, 120e6, 60e6]);
	});

	it('leaves a check out that it must ask about, with the flag that answers', () => {
		const result = importOf('argo-unknown.yaml');
		expect(parse(result.text).rollouts.basket.gates).toEqual({});
		const questions = saying(result, 'asked');
		expect(questions).toHaveLength(3);
		expect(questions[0]).toMatch(
			/^argo-unknown\.yaml:29: metric baskets-kept .*--map baskets-kept=failures\|errors\|retries\|slow.*shop:baskets_kept/,
		);
		expect(questions[1]).toMatch(/^argo-unknown\.yaml:30: metric datadog-errors .*datadog/);
		expect(questions[2]).toMatch(/^argo-unknown\.yaml:37: .*--arg least=VALUE/);
		expect(result.text).toMatch(
			/# {3}baskets-kept: \{ numerator: \?\?\? \} # successCondition: result\[0\] >= 97\.5\n/,
		);
	});

	it('takes the answers: a percentage of the good, a share of the bad, an argument', () => {
		const map = ['baskets-kept=failures', 'datadog-errors=errors'];
		const { gates } = rolloutOf('argo-unknown.yaml', { map, arg: ['least=0.9'] });
		expect(gates['baskets-kept']).toMatchObject({ numerator: 'failures', above: '2.5%', scope: 'rollout' });
		expect(gates['datadog-errors']).toMatchObject({ numerator: 'errors', above: '4.999999%', noData: 'pass' });
		expect(gates['from-cluster']).toMatchObject({ numerator: 'errors', above: '10%', scope: 'rollout' });
	});

	it.each([
		['result[0] >= 0.97', '3%'],
		['result[0] >= 0.97 && result[0] <= 1', '3%'],
		['result[0] >= 97', '3%'],
		['result[0] < 1', '0.999999%'],
		['result[0] <= 0.2', '20%'],
	])('an answer is read by the condition: %s fails above %s', (condition, above) => {
		const { file, text } = given('argo-unknown.yaml');
		const changed = text.replace('result[0] >= 97.5', condition);
		const answers = readAnswers({ map: ['baskets-kept=failures'] });
		const { rollouts } = parse(importManifests([{ file, text: changed }], null, answers).text);
		expect(rollouts.basket.gates['baskets-kept'].above).toBe(above);
	});

	it('reads templates that name each other once', () => {
		const failed = 'sum(rate(http_requests_total{code=~"5..",v="canary"}[1m]))';
		const templates = ['a', 'b'].map(
			(name) => `kind: AnalysisTemplate
metadata: { name: ${name} }
spec:
  templates: [{ templateName: a }, { templateName: b }]
  metrics:
    - name: ${name}
      successCondition: result[0] < 0.5
      provider: { prometheus: { query: '${failed} / sum(rate(http_requests_total{v="canary"}[1m]))' } }
`,
		);
		const rollout = given('argo-pods.yaml').text.replace(
			'canary:',
			'canary:\n      analysis: { templates: [{ templateName: a }] }',
		);
		const text = [rollout, ...templates].join('---\n');
		const [imported] = Object.values(parse(importManifests([{ file: 'm.yaml', text }], null, NO_FLAGS).text).rollouts);
		expect(Object.keys(Object(imported).gates)).toEqual(['a', 'b']);
	});

	it('takes templates from other files, and resources from a List', () => {
		const [rollout, ...templates] = given('argo-full.yaml').text.split('\n---\n');
		const files = [
			{ file: 'rollout.yaml', text: rollout },
			{ file: 'templates.yaml', text: templates.join('\n---\n') },
		];
		const { notes } = importManifests(files, null, NO_FLAGS);
		expect(notes.some(({ at, text }) => at === 'templates.yaml:11' && text.includes('metric success-rate'))).toBe(true);
		const listed = { kind: 'List', items: [parse(rollout), ...templates.map((each) => parse(each))] };
		const [inList] = Object.values(
			parse(importManifests([{ file: 'l', text: JSON.stringify(listed) }], null, NO_FLAGS).text).rollouts,
		);
		expect(JSON.parse(JSON.stringify(inList))).toEqual(rolloutOf('argo-full.yaml'));
	});
});

describe('a Flagger canary', () => {
	const TICKS = { reset: 'never', evaluate: 'next-tick', mustPass: true, noData: 'fail' };

	it('goes by stepWeight until the weight is no longer below maxWeight, an interval each', () => {
		const { stages, gates, revert } = rolloutOf('flagger-step.yaml', { approval: '3m' });
		const held = (requests: string) => ({ scope: { requests, mode: 'divert' }, hold: '60s' });
		expect(stages).toEqual({
			'weight-20': held('20%'),
			'weight-40': held('40%'),
			'weight-60': { ...held('60%'), approval: '3m' },
			everywhere: {},
		});
		expect(revert).toEqual({ after: '0s' });
		expect(gates).toEqual({
			'request-success-rate': {
				numerator: 'errors',
				accounting: 'all-attempts',
				scope: 'rollout',
				window: '60s',
				above: '1%',
				every: '60s',
				fail: { totalAtLeast: 5 },
				...TICKS,
			},
			'request-duration': {
				numerator: 'slow',
				slowerThan: '500ms',
				accounting: 'all-attempts',
				scope: 'rollout',
				window: '30s',
				above: '1%',
				every: '60s',
				fail: { totalAtLeast: 5 },
				...TICKS,
			},
		});
	});

	it('goes by stepWeights, no faster than every 10 s, and reads templates with their variables', () => {
		const { stages, gates } = rolloutOf('flagger-weights.yaml');
		expect(Object.keys(stages)).toEqual(['weight-1', 'weight-10', 'weight-40', 'everywhere']);
		expect(stages['weight-1'].hold).toBe('10s');
		expect(gates).toEqual({
			'5xx-percentage': {
				numerator: 'errors',
				accounting: 'all-attempts',
				scope: 'rollout',
				window: '2m',
				above: '2.5%',
				every: '10s',
				fail: { totalAtLeast: 2 },
				...TICKS,
			},
		});
		const [question] = saying(importOf('flagger-weights.yaml'), 'asked');
		expect(question).toMatch(/^flagger-weights\.yaml:34: metric not found .*response_code="404".*--map 'not found'=/);
	});

	it('holds one stage for all iterations, and lays a second canary in as a variant', () => {
		const { text, variants } = importOf('flagger-iterations.yaml', { matched: '3%' });
		const { rollouts, variants: written } = parse(text);
		expect(variants).toEqual(['base', 'blue-green']);
		expect(rollouts.insiders.stages).toEqual({
			matching: { scope: { requests: '3%', mode: 'divert' }, hold: '4m' },
			everywhere: {},
		});
		expect(written['blue-green'].rollouts.insiders).toBeNull();
		expect(written['blue-green'].rollouts['blue-green'].stages).toEqual({
			green: { scope: { requests: '3%', mode: 'divert' }, hold: '3m' },
			everywhere: { hold: '60s' },
		});
	});

	it('says of each webhook what becomes of it', () => {
		const result = importOf('flagger-step.yaml');
		expect(saying(result, 'asked').join()).toMatch(/flagger-step\.yaml:20: webhook ask \(confirm-promotion\)/);
		expect(saying(result, 'not expressed').join()).toMatch(/flagger-step\.yaml:21: webhook load/);
		expect(saying(result, 'understood').join()).toMatch(/flagger-step\.yaml:22: webhook tell \(event\)/);
	});
});

describe('a base', () => {
	const BASE = `name: ours # kept
duration: 10m
traffic: { rate: 10/s }
changes: { patch: { fails: 10% } }
rollouts:
  patch: { at: 90s, people: { detect: 60s } }
variants:
  # another way
  calm:
    traffic: { rate: 5/s } # slow

# below the variants
edge: { nodes: 2, service: { exponential: 10ms } }
clients: { apps: { timeout: 1s } }
`;
	const onto = (text: string) => importManifests([given('argo-pods.yaml')], { file: 'base.yaml', text }, NO_FLAGS);

	it('keeps its text, and gets one variant more that takes the place of its rollouts', () => {
		const { text, variants } = onto(BASE);
		expect(variants).toEqual(['mailer']);
		const [before, after] = BASE.split('\n# below');
		expect(text.startsWith(before.trimEnd())).toBe(true);
		expect(text.endsWith(`\n# below${after}`)).toBe(true);
		const { world } = loadScenario(text, { file: 'base.yaml', variant: 'mailer' });
		expect(world.rollouts.map(({ name }) => name)).toEqual(['mailer']);
		expect(world.rollouts[0]).toMatchObject({ atUs: 90e6, people: { detect: { kind: 'delay' } } });
		expect(loadScenario(text, { file: 'base.yaml', variant: 'calm' }).world.rollouts).toHaveLength(1);
	});

	it.each([
		['without variants', BASE.replace(/variants:[\s\S]*?\n\n/, '')],
		[
			'with variants in braces',
			BASE.replace(/variants:[\s\S]*?\n\n/, 'variants: { calm: { traffic: { rate: 5/s } } }\n'),
		],
		['without a line break at its end', BASE.trimEnd()],
		['without rollouts', BASE.replace(/rollouts:\n.*\n/, '')],
		['without changes', BASE.replace(/rollouts:\n.*\n/, '').replace(/changes:.*\n/, '')],
		['with a rollout and a variant of the same name', BASE.replaceAll('patch', 'mailer').replace('calm', 'mailer')],
		['in JSON', JSON.stringify(parse(BASE))],
	])('%s is one, too', (_, base) => {
		const { text, variants } = onto(base);
		const { world } = loadScenario(text, { file: 'base.yaml', variant: variants[0] });
		expect(world.rollouts).toHaveLength(1);
		expect(world.rollouts[0].stages).toHaveLength(3);
		const again = parse(text);
		delete again.variants[variants[0]];
		if (Object.keys(again.variants).length === 0) delete again.variants;
		expect(again).toEqual(parse(base));
	});

	it('that is too short, or has too few nodes, is told so', () => {
		const assumed = saying(onto(BASE.replace('10m', '4m').replace('nodes: 2', 'nodes: 1')), 'assumed').join('\n');
		expect(assumed).toMatch(/base\.yaml:2: the stages take 5m, more than the base measures/);
		expect(assumed).toMatch(/base\.yaml:13: nodes are whole: 20% of a group of 1 is 100% of it/);
	});

	it('that is no scenario is refused', () => {
		expect(() => onto('name: 3\n')).toThrow(InvalidScenario);
	});
});

describe('what cannot be imported', () => {
	it.each(Object.entries(HOSTILE))('%s is refused with a place and what would do', (_, { text, says }) => {
		expect(() => importManifests([{ file: 'm.yaml', text }], null, NO_FLAGS)).toThrow(
			expect.objectContaining({ name: 'InvalidScenario', exit: 104, message: expect.stringMatching(says) }),
		);
	});

	it('a manifest that something happened to is read or explained, and what is written is YAML', () => {
		const texts = readdirSync(FIXTURES)
			.filter((name) => name.endsWith('.yaml'))
			.map((name) => given(name).text);
		const odd = fc.constantFrom(
			'',
			'-1',
			'1e99',
			'[]',
			'{}',
			'null',
			'"',
			'0',
			'{{args.x}}',
			'~',
			'100%',
			'5m',
			'()',
			'!',
			'&a',
			'*a',
		);
		const hurt = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.nat(), odd).map(([text, line, word, instead]) => {
			const lines = text.split('\n');
			const at = line % lines.length;
			const words = lines[at].split(/(?<=[\s:,])/);
			words[word % words.length] = instead;
			return lines.with(at, words.join('')).join('\n');
		});
		fc.assert(
			fc.property(hurt, (text) => {
				try {
					const result = importManifests([{ file: 'm.yaml', text }], null, NO_FLAGS);
					expect(parse(result.text)).toHaveProperty('rollouts');
				} catch (error) {
					expect(error).toBeInstanceOf(UserError);
				}
			}),
			{ numRuns: 1000 },
		);
	});

	it("an author's words cannot break out of their comment", () => {
		const { file, text } = given('argo-unknown.yaml');
		const evil = text.replace('100 * shop', '"\\n  evil: true\\u0007"\n            # shop');
		const { text: written, notes } = importManifests([{ file: `a\nb: ${file}`, text: evil }], null, NO_FLAGS);
		expect(Object.keys(parse(written))).not.toContain('b');
		expect(Object.keys(parse(written).rollouts.basket)).toEqual(['change', 'at', 'stages', 'gates', 'revert']);
		for (const note of notes) expect(`${note.at}${note.text}`).not.toMatch(/\p{Cc}/u);
	});
});
