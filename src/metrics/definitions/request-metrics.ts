/** Quantities of requests: what share fails, first or at last, how many succeed a second, and the outage it comes to. */
import { OUTCOMES } from '../../model/attempt.js';
import { byBirth, decidedShare, type Subject } from '../reading/by-birth.js';
import { minus, perSecond, plus, quotient, ratio, total } from '../reading/cell-sums.js';
import { outage } from '../reading/time-averages.js';
import { count, duration, type Quantity, type Read, rate, share } from './metric.js';
import * as open from './undecided.js';

/** A share by birth of those that are decided. */
const ofBirths = (name: string, help: string, measure: string, of: Subject = 'requests'): Quantity => ({
	...share(name, help, (o, s) => decidedShare(byBirth(o, s, measure, of))),
	undecided: open.openShare(measure, of),
	sameInParts: 1,
	births: [measure, of],
});

/** Of a month of 30 days at 99.9 %. */
const BUDGET_US = 30 * 24 * 3600e6 * 0.001;

/** Every client outcome but the good one. */
const FAILURES = OUTCOMES.filter((outcome) => outcome !== 'ok');

const attemptsFailed: Read = (o, s) => {
	const ended = FAILURES.map((outcome) => total(o, s, `outcome_${outcome}`));
	return quotient(ended.reduce(plus, 0), total(o, s, 'attempts'));
};

export const REQUESTS: readonly Quantity[] = [
	ofBirths(
		'unavailable',
		'first-attempt failures (also: first-attempt-failures): share of first attempts that fail, by birth, of those that are decided when the run ends',
		'first_failed_by_birth',
		'first-attempts',
	),
	ofBirths(
		'lost',
		'share of logical requests that fail after everything, by birth, of those that are decided when the run ends',
		'lost_by_birth',
	),
	ofBirths(
		'lost-direct',
		'the part of lost whose first attempt a change or a fault (its errors, a crash, a partition) failed itself, by birth',
		'lost_direct_by_birth',
	),
	{
		...share('lost-collateral', 'lost - lost-direct: full queues, timeouts, errors of the class itself', (o, s) => {
			const [all, own] = ['lost_by_birth', 'lost_direct_by_birth'].map((m) => byBirth(o, s, m, 'requests'));
			return minus(decidedShare(all), decidedShare(own));
		}),
		undecided: open.openDifference('lost_by_birth', 'lost_direct_by_birth'),
	},
	ofBirths('success-rate', 'succeeded / (succeeded + lost), by birth', 'succeeded_by_birth'),
	{
		...share('open', 'share of logical requests that are open when the run ends, by birth', (o, s) => {
			const found = byBirth(o, s, 'born', 'requests');
			return found === null ? null : quotient(found.open, found.born);
		}),
		sameInParts: 1,
	},
	count('open-requests', 'logical requests that are open when the run ends, by birth', (o, s) => {
		const found = byBirth(o, s, 'born', 'requests');
		return found === null ? null : found.open;
	}),
	share('goodput-share', 'logical successes / logical requests born', (o, s) => ratio(o, s, 'succeeded', 'born')),
	rate('goodput', 'logical successes per second', (o, s) => perSecond(o, s, 'succeeded')),
	rate('arrival-rate', 'logical requests born per second', (o, s) => perSecond(o, s, 'born')),
	{
		...share('attempts-failed', 'attempts that failed, cancelled ones included / attempts sent', attemptsFailed),
		undecided: open.openAttempts(attemptsFailed),
	},
	rate('attempt-rate', 'attempts sent per second', (o, s) => perSecond(o, s, 'attempts')),
	{
		...duration(
			'outage-minutes',
			'full-outage-equivalent time: area under the curve of first-attempt failures',
			(o, s) => {
				const found = outage(o, s);
				return found === null ? null : found.us;
			},
		),
		undecided: open.openOutage(1),
	},
	{
		...share('error-budget', 'share of a 30-day budget at 99.9 % spent: outage-minutes / 43.2 min', (o, s) => {
			const found = outage(o, s);
			return found === null ? null : quotient(found.us, BUDGET_US);
		}),
		undecided: open.openOutage(1 / BUDGET_US),
	},
];
