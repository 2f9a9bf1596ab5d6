/**
 * Rollout systems as an author would write them: fields of a rollout, laid under the author's own. What a system is
 * documented to do is in its semantics (intervals, counters, no data, reverts); the stages and limits are those of its own
 * examples where there are some, and are meant to be overwritten.
 */

export interface RolloutPreset {
	readonly about: string;
	/** where the rules are documented */
	readonly source: string;
	/** fields of a rollout, with units, as in a scenario */
	readonly fields: Readonly<Record<string, unknown>>;
}

const requests = (share: string, hold: string) => ({ scope: { requests: share }, hold });
const nodes = (share: string, hold: string) => ({ scope: { nodes: share }, hold });

/** Fails when more than `failureLimit` measurements failed in all; the next one starts an interval after the last finished. */
const ARGO_METRIC = {
	scope: 'rollout',
	everyFrom: 'finish',
	delay: '0s',
	noData: 'error',
	errorLimit: 4,
	errorRetry: '10s',
	inconclusiveLimit: 0,
};

/** A failed tick holds the weight; at `threshold` of them the next tick rolls back; no data is a failure; nothing is forgiven. */
const FLAGGER_METRIC = {
	scope: 'rollout',
	every: '1m',
	fail: { totalAtLeast: 10 },
	reset: 'never',
	evaluate: 'next-tick',
	noData: 'fail',
	mustPass: true,
};

const KAYENTA_METRIC = {
	accounting: 'all-attempts',
	window: 'growing',
	every: '20m',
	noData: 'inconclusive',
	mannWhitney: { confidence: '98%', tolerance: '25%', direction: 'increase', control: 'same-size', step: '1m' },
};

export const ROLLOUT_PRESETS = {
	argo: {
		about:
			'Argo Rollouts: weights by steps, a background analysis of the success rate every 5 minutes, failureLimit 3.',
		source: 'argoproj/argo-rollouts, docs/features/analysis.md; source at 9f8d111',
		fields: {
			stages: {
				'weight-20': requests('20%', '10m'),
				'weight-40': requests('40%', '10m'),
				'weight-60': requests('60%', '10m'),
				'weight-80': requests('80%', '10m'),
				everyone: {},
			},
			gates: {
				'success-rate': {
					...ARGO_METRIC,
					from: 'weight-40',
					numerator: 'errors',
					above: '5%',
					window: '5m',
					every: '5m',
					fail: { totalAbove: 3 },
				},
			},
		},
	},
	flagger: {
		about:
			'Flagger: ten per cent more a minute up to a half, success rate and latency checked each minute, threshold 10.',
		source: 'fluxcd/flagger, docs/gitbook/usage/how-it-works.md; source at 15bd6ad',
		fields: {
			stages: {
				'weight-10': requests('10%', '1m'),
				'weight-20': requests('20%', '1m'),
				'weight-30': requests('30%', '1m'),
				'weight-40': requests('40%', '1m'),
				'weight-50': requests('50%', '1m'),
				everyone: {},
			},
			gates: {
				'request-success-rate': { ...FLAGGER_METRIC, numerator: 'errors', above: '1%', window: '1m' },
				'request-duration': { ...FLAGGER_METRIC, numerator: 'slow', slowerThan: '500ms', above: '1%', window: '30s' },
			},
		},
	},
	kayenta: {
		about:
			'Spinnaker with Kayenta: an hour of canary against as many old nodes, judged three times by weighted scores.',
		source: 'spinnaker/kayenta, NetflixACAJudge and MannWhitneyClassifier at a69573b',
		fields: {
			stages: {
				canary: {
					...nodes('5%', '1h'),
					gates: {
						errors: { ...KAYENTA_METRIC, numerator: 'errors' },
						failures: { ...KAYENTA_METRIC, numerator: 'failures' },
						retries: { ...KAYENTA_METRIC, numerator: 'retries' },
					},
					score: { marginal: 75, pass: 95 },
				},
				everyone: {},
			},
		},
	},
	aws: {
		about:
			'AWS pipelines: a one-box, then waves of a third; bakes of hours; alarms block and roll back a third at a time.',
		source: 'aws.amazon.com/builders-library/automating-safe-hands-off-deployments',
		fields: {
			stages: {
				'one-box': { ...nodes('10%', '1h'), minSamples: 100 },
				'wave-1': { ...nodes('33%', '12h'), minSamples: 100 },
				'wave-2': { ...nodes('66%', '2h'), minSamples: 100 },
				everyone: { hold: '2h' },
			},
			gates: {
				alarm: { numerator: 'errors', above: '1%', window: '1m', every: '1m', minSamples: 100, scope: 'global' },
			},
			revert: { waves: 3, gap: '1m' },
			blockers: {
				alarm: { numerator: 'errors', above: '1%', window: '1m', every: '1m', minSamples: 100 },
				others: true,
			},
		},
	},
	launchdarkly: {
		about: 'LaunchDarkly guarded rollout: growing shares of requests, a sequential test of errors against all others.',
		source: 'launchdarkly.com/docs/home/releases/guarded-rollouts',
		fields: {
			stages: {
				'share-1': requests('1%', '10m'),
				'share-10': requests('10%', '10m'),
				'share-50': requests('50%', '10m'),
				everyone: {},
			},
			gates: {
				regression: {
					numerator: 'errors',
					window: 'growing',
					every: '1m',
					minSamples: 30,
					noData: 'wait',
					sequential: { alpha: '5%', control: 'rest' },
				},
			},
		},
	},
	kubernetes: {
		about:
			'A Kubernetes Deployment: a quarter more and a quarter fewer at a time; no gate on any metric, no way back by itself.',
		source: 'kubernetes.io/docs/concepts/workloads/controllers/deployment',
		fields: {
			stages: { everyone: { propagation: { batches: '100%', surge: '25%', unavailable: '25%', restart: '10s' } } },
		},
	},
	'global-push': {
		about: 'A global configuration system: everywhere within seconds, nothing watches, people alone take it back.',
		source:
			'blog.cloudflare.com/5-december-2025-outage; p99 of 2.29 s from the one of July 2, 2019 (the median is assumed)',
		fields: { stages: { everywhere: { propagation: { p50: '1s', p99: '2.29s' } } } },
	},
	corrected: {
		about:
			'The corrected release of the story: a small part first, watched for 90 s, and an auto-revert armed for two minutes.',
		source: 'the story of December 5 (its limits are assumed)',
		fields: {
			stages: {
				pilot: {
					...nodes('5%', '90s'),
					gate: { numerator: 'retries', above: '5%', window: '30s', every: '10s', minSamples: 200 },
				},
				everyone: {},
			},
			autoRevert: { numerator: 'retries', armed: '2m', above: '10%', window: '30s', every: '5s', minSamples: 500 },
		},
	},
} as const satisfies Record<string, RolloutPreset>;

export type RolloutPresetName = keyof typeof ROLLOUT_PRESETS;
export const ROLLOUT_PRESET_NAMES = Object.keys(ROLLOUT_PRESETS) as RolloutPresetName[];
