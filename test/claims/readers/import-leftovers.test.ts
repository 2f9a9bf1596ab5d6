/** What of a rollout's manifest no reader looks at is told by its name, and what has no counterpart is too. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/kernel/errors.js';
import { type ImportResult, importManifests } from '../../../src/readers/import.js';
import { readAnswers } from '../../../src/readers/rollouts/import-answers.js';

const FOLDER = join(import.meta.dirname, '../../fixtures/import');
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

const imported = (text: string): ImportResult => importManifests([{ file: 'm.yaml', text }], null, readAnswers({}));
const unexpressed = ({ notes }: ImportResult): string[] =>
	notes.filter(({ kind }) => kind === 'not expressed').map(({ at, text }) => `${at}: ${text}`);

const ARGO = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web }
spec:
  replicas: 10
  bogusSpec: 1
  progressDeadlineSeconds: 60
  strategy:
    canary:
      bogusField: { a: 1 }
      trafficRouting: { istio: { virtualService: { name: v, bogus: 2 } } }
      maxSurge: 25%
      abortScaleDownDelaySeconds: 30
      analysis: { templates: [{ templateName: sr }] }
      steps: [{ setWeight: 5 }, { pause: { duration: 10m, bogusPause: 1 } }]
---
kind: AnalysisTemplate
metadata: { name: sr }
spec:
  metrics:
    - name: success
      bogusMetric: 2
      successCondition: result[0] >= 0.95
      provider: { prometheus: { address: http://p, query: 'sum(rate(http_requests_total{code!~"5.."}[2m])) / sum(rate(http_requests_total[2m]))' } }
`;

const FLAGGER = `apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: pod }
spec:
  bogusSpec: 1
  targetRef: { kind: Deployment, name: pod }
  progressDeadlineSeconds: 600
  service: { port: 80, retries: { attempts: 3 }, bogusService: 1 }
  analysis:
    bogus: 1
    interval: 1m
    iterations: 3
    stepWeight: 10
    metrics: [{ name: request-success-rate, thresholdRange: { min: 99 }, bogusMetric: 1 }]
`;

describe('fields of a rollout that are not read', () => {
	it('are told for Argo', () => {
		const leftovers = unexpressed(imported(ARGO));
		const left = (at: number, path: string): string => `m.yaml:${at}: ${path}: not read by this import; it is left out`;
		expect(leftovers.filter((text) => text.includes('not read'))).toEqual([
			left(6, 'spec.bogusSpec'),
			left(10, 'spec.strategy.canary.bogusField'),
			left(11, 'spec.strategy.canary.trafficRouting.istio.virtualService.bogus'),
			left(15, 'spec.strategy.canary.steps[1].pause.bogusPause'),
			left(22, 'spec.metrics[0].bogusMetric'),
			left(24, 'spec.metrics[0].provider.prometheus.address'),
		]);
		for (const name of ['progressDeadlineSeconds', 'abortScaleDownDelaySeconds', 'maxSurge'])
			expect(leftovers.some((text) => text.includes(`${name}: `))).toBe(true);
	});

	it('are told for Flagger, a policy of retries among them', () => {
		const leftovers = unexpressed(imported(FLAGGER));
		expect(leftovers.filter((text) => text.includes('not read')).map((text) => text.split(': ')[1])).toEqual([
			'spec.bogusSpec',
			'spec.service.bogusService',
			'spec.analysis.bogus',
			'spec.analysis.stepWeight',
			'spec.analysis.metrics[0].bogusMetric',
		]);
		expect(leftovers.find((text) => text.startsWith('m.yaml:8: service.retries'))).toContain('{"attempts":3}');
		expect(leftovers.some((text) => text.startsWith('m.yaml:7: progressDeadlineSeconds'))).toBe(true);
	});

	it.each(FILES)('are told wherever they stand: %s', (file) => {
		const text = readFileSync(join(FOLDER, file), 'utf8');
		const braces = [...text.matchAll(/\{(?= *[a-zA-Z]+: )/g)].map(({ index }) => index + 1);
		for (const at of braces) {
			const line = text.slice(text.lastIndexOf('\n', at) + 1, text.indexOf('\n', at));
			// Names and labels, templates of pods, and what is left out as a whole and told so.
			if (
				/metadata|template:|selector|Ref:|ports|webhook|match:|nginx:|datadog|templateVariables|type: |setCanaryScale|experiment|plugin|web: /.test(
					line,
				)
			)
				continue;
			try {
				const { notes } = imported(`${text.slice(0, at)} strangeField: 17,${text.slice(at)}`);
				expect(
					notes.some((note) => note.text.includes('strangeField')),
					line,
				).toBe(true);
			} catch (error) {
				if (!(error instanceof UserError)) throw error;
			}
		}
	});
});

describe('blocks of the wrong type', () => {
	it.each([
		['strategy:\n    canary:', 'strategy: often\n  old:\n    canary:', /spec\.strategy: found "often": a map would do/],
		['pause: { duration: 10m, bogusPause: 1 }', 'pause: 5', /steps\[1\]\.pause: found 5: a map would do/],
	])('are refused: %s', (from, to, message) => {
		expect(() => imported(ARGO.replace(from, to))).toThrow(message);
	});
});

describe('dynamicStableScale', () => {
	it('without a router is refused, as Argo does', () => {
		const routed = ARGO.replace('maxSurge: 25%', 'dynamicStableScale: true');
		expect(imported(routed).text).toContain('shape: capacity');
		expect(() => imported(routed.replace(/ {6}trafficRouting:.*\n/, ''))).toThrow(
			/dynamicStableScale: found it without trafficRouting, which Argo refuses/,
		);
	});
});
