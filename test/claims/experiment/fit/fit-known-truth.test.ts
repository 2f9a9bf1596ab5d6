/** What `fit` finds in logs whose truth is known: made ones, by a law and a seed, and the testbed's, whose parameters its SOURCE.md gives. */
import { describe, expect, it } from 'vitest';
import { fitLaw } from '../../../../src/experiment/fit/distribution-fit.js';
import { findingsOf } from '../../../../src/experiment/fit/findings.js';
import { Collector } from '../../../../src/experiment/fit/observe/collector.js';
import { suitingEveryS } from '../../../../src/experiment/fit/series.js';
import { Streams } from '../../../../src/kernel/random.js';
import { type Distribution, quantile } from '../../../../src/model/distributions/distribution.js';
import { LogFeed } from '../../../../src/readers/logs/feed.js';
import { writeScenario } from '../../../../src/readers/logs/scenario/scenario.js';
import { loadScenario } from '../../../../src/scenario/load.js';
import { attempt, collected, combined, excerpt, found, NOON } from '../../../support/logs.js';

const uniform = (name: string) => new Streams(7).uniform(name);

/** Beginnings of a Poisson process. @param rate per second at a time */
function arrivals(seconds: number, rate: (t: number) => number, most: number): number[] {
	const u = uniform('arrivals');
	const times: number[] = [];
	for (let t = 0; ; ) {
		t -= Math.log(1 - u()) / most;
		if (t >= seconds) return times;
		if (u() * most < rate(t)) times.push(t);
	}
}

/** M/M/c, first come first served: lines of recorded attempts in the order in which they end. */
function queueLog(workers: number, rate: number, serviceMs: number, n: number): string[] {
	const [gaps, services] = [uniform('gaps'), uniform('services')];
	const free = Array.from({ length: workers }, () => 0);
	let t = 0;
	const stays = Array.from({ length: n }, (_, req) => {
		t -= Math.log(1 - gaps()) / rate;
		const first = free.indexOf(Math.min(...free));
		const end = Math.max(t, free[first]) - (Math.log(1 - services()) * serviceMs) / 1000;
		free[first] = end;
		return { t, end, req };
	});
	return stays
		.toSorted((a, b) => a.end - b.end)
		.map((one) => attempt({ t: NOON + one.t, req: one.req, attempt: 1, code: 200, ms: 1000 * (one.end - one.t) }));
}

describe('the testbed, from its log alone', () => {
	const log = found(excerpt('testbed-a/access.ndjson.gz'));
	const classOf = (key: string) => {
		const one = log.classes.find((each) => each.key === key);
		if (one === undefined) throw new Error(`no class ${key}`);
		return one;
	};

	it.each([
		['GET /api/items', 0.6, 10],
		['POST /api/checkout', 0.15, 40],
		['GET /static/app.js', 0.25, 5],
	])('%s: its share and its service', (key, share, ms) => {
		const { share: seen, service } = classOf(key);
		if (service === null || service.mean.mean === null || service.mean.sd === null) throw new Error('no service');
		expect(Math.abs(Number(seen.share) - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / 26_105));
		expect(Math.abs(service.mean.mean / 1000 - ms)).toBeLessThan(
			(4 * service.mean.sd) / 1000 / Math.sqrt(service.mean.n),
		);
		expect(service.law.law.kind).toBe('exponential');
	});

	it('four workers, 400 ms of patience, and no error of its own', () => {
		expect(log.workers).toMatchObject({ workers: 4 });
		expect(log.timeout?.law).toEqual({ kind: 'constant', us: 400_000 });
		expect(classOf('GET /api/items').errors).toMatchObject({ hits: 0 });
	});

	it('attempts per request by who asks again, beside the count that only the client has', () => {
		if (log.attempts.kind !== 'estimated') throw new Error(log.attempts.kind);
		const truth = 31_372 / 26_105;
		expect(log.attempts.interval.low).toBeLessThan(truth);
		expect(log.attempts.interval.high).toBeGreaterThan(truth);
		// Every failure of a first attempt is tried again, once.
		expect(log.attempts.most).toBe(2);
		expect(log.attempts.each.share).toBeGreaterThan(0.95);
		expect(Math.abs(Number(log.rate.mean) - 26_105 / 201)).toBeLessThan(1);
	});

	it('and from the recorded attempts, exactly', () => {
		const lines = excerpt('testbed-a/attempts.ndjson.gz');
		const firsts = lines.filter((line) => line.includes('"attempt":1,')).length;
		const { attempts, workers } = found(lines);
		expect(attempts).toMatchObject({ kind: 'measured', most: 2, perRequest: lines.length / firsts });
		if (attempts.kind !== 'measured') return;
		const [{ law }] = attempts.waits;
		expect(law).toMatchObject({ kind: 'uniform' });
		// Full jitter of a base of 200 ms.
		if (law.kind === 'uniform')
			expect([law.fromUs / 1000, law.toUs / 1000].map((ms) => Math.round(ms / 10))).toEqual([0, 20]);
		expect(workers).toMatchObject({ workers: 4 });
	});
});

describe('workers', () => {
	it.each([
		[1, 60],
		[3, 200],
		[8, 600],
	])('%i of them, by how long those stay that find them busy', (workers, rate) => {
		const { workers: seen } = found(queueLog(workers, rate, 10, 30_000));
		expect(seen?.workers).toBe(workers);
		expect(Math.abs(Number(seen?.serviceUs) / 10_000 - 1)).toBeLessThan(0.05);
	});

	it('are those of each server where there are several logs', () => {
		const collector = new Collector(null);
		for (const name of ['a.log', 'b.log']) {
			const feed = new LogFeed(collector, name, { anyOrder: false });
			for (const line of queueLog(3, 200, 10, 20_000)) feed.line(line);
			feed.end();
		}
		collector.end();
		const both = findingsOf(collector, { everyS: 1, ownClasses: false, train: null });
		expect(both).toMatchObject({ nodes: 2, late: 0, workers: { workers: 3 } });
	});

	it('are not told from a log whose order is lost', () => {
		const lines = queueLog(3, 200, 10, 100_000);
		const shuffled = lines.flatMap((line, i) => (i < 50_000 ? [line, lines[i + 50_000]] : []));
		const { late, workers } = found(shuffled);
		expect(late).toBeGreaterThan(1000);
		expect(workers).toBe(null);
	});

	it('are not identifiable where no request waits', () => {
		expect(found(queueLog(400, 200, 10, 20_000)).workers).toBe(null);
	});
});

describe('attempts per request', () => {
	/** Everybody asks for a page of one's own; who fails tries again with chance r, and whoever succeeded comes back with chance b. */
	function clientsLog(r: number, b: number): string[] {
		const u = uniform(`clients ${r} ${b}`);
		const lines: { at: number; line: string }[] = [];
		for (let i = 0; i < 20_000; i++) {
			for (let at = Math.floor(i / 10), again = true; again; at += 3) {
				const status = u() < 0.3 ? 503 : 200;
				lines.push({ at, line: combined(NOON + at, { path: `/page/${i}`, status }) });
				again = u() < b || (status === 503 && u() < r);
			}
		}
		return lines.toSorted((x, y) => x.at - y.at).map(({ line }) => line);
	}

	it.each([
		[0.6, 0],
		[0.6, 0.2],
		[0, 0.2],
	])('a share of %f of the failures is tried again, although %f come back anyway', (r, b) => {
		const { attempts } = found(clientsLog(r, b));
		if (attempts.kind !== 'estimated') throw new Error(attempts.kind);
		const width = (attempts.each.interval.high - attempts.each.interval.low) / (2 * 1.96);
		expect(Math.abs(attempts.each.share - r)).toBeLessThan(4 * Math.max(width, 0.005));
	});

	it('are not identifiable without failures, without clients, or from counts', () => {
		const calm = Array.from({ length: 500 }, (_, i) => combined(NOON + i));
		expect(found(calm).attempts).toMatchObject({
			kind: 'not identifiable',
			why: expect.stringContaining('0 attempts failed'),
		});
		expect(found(excerpt('testbed-a/vegeta.ndjson')).attempts).toMatchObject({
			kind: 'not identifiable',
			why: expect.stringContaining('no client'),
		});
		expect(found(excerpt('epa-http-rate-60s/rate_60s.csv')).attempts).toMatchObject({
			kind: 'not identifiable',
			why: expect.stringContaining('counts alone'),
		});
	});

	it('by an id that attempts share, and not by one that is an attempt’s own', () => {
		const line = (i: number, id: string) => combined(NOON + i, { rest: ` rt=0.010 request_id=${id}` });
		const shared = Array.from({ length: 900 }, (_, i) => line(i, `r${Math.floor(i / 3)}`));
		expect(found(shared).attempts).toMatchObject({
			kind: 'measured',
			perRequest: 3,
			most: 3,
			how: 'by the id of the request',
		});
		const own = Array.from({ length: 900 }, (_, i) => line(i, `r${i}`));
		expect(found(own).attempts).toMatchObject({
			kind: 'not identifiable',
			why: expect.stringContaining('each id comes once'),
		});
	});
});

describe('the rate', () => {
	const log = (times: readonly number[]) => times.map((t) => combined(NOON + Math.floor(t)));

	it('of a Poisson process is one', () => {
		const { shape, bursts, rate } = found(log(arrivals(3600, () => 20, 20)));
		expect(shape?.curve.name).toBe('a constant rate');
		expect(Number(shape?.around?.chance)).toBeGreaterThan(1e-4);
		expect(Number(bursts?.chance)).toBeGreaterThan(1e-4);
		expect(Math.abs(Number(rate.mean) - 20)).toBeLessThan(4 * Math.sqrt(20 / 3600));
	});

	it('that comes in bursts is told from it', () => {
		const bursty = arrivals(3600, (t) => (Math.floor(t / 5) % 4 === 0 ? 65 : 5), 65);
		const { shape, bursts } = found(log(bursty));
		expect(Number(shape?.around?.index)).toBeGreaterThan(3);
		expect(Number(bursts?.chance)).toBeLessThan(1e-6);
	});

	it('of a day that repeats is found, with the last value and yesterday beside it', () => {
		const days = arrivals(10 * 86_400, (t) => 0.1 + 0.08 * Math.sin((2 * Math.PI * t) / 86_400), 0.2);
		const { shape, backtest } = found(log(days), { everyS: 3600, train: 0.6 });
		expect(shape?.curve.name).toMatch(/^a day that repeats/);
		expect(backtest?.finding).toBe('better');
		expect(Number(shape?.around?.chance)).toBeGreaterThan(1e-4);
	});

	it('is cut no finer than the times are', () => {
		// Somebody rewrote these times: every one of them has the minute 05.
		expect(suitingEveryS(collected(excerpt('elastic-apache-logs/apache_logs.log.gz')))).toBe(3600);
		const answers = { as: { kind: 'increase', windowUs: null } } as const;
		expect(
			suitingEveryS(collected(excerpt('nab-aws/elb_request_count_8c0756.csv.gz'), 'a.csv', undefined, { answers })),
		).toBe(300);
	});
});

describe('the class mix', () => {
	const mixed = (share: (t: number) => number): string[] => {
		const u = uniform('mix');
		return Array.from({ length: 40_000 }, (_, i) =>
			combined(NOON + Math.floor(i / 20), { path: u() < share(i / 20) ? '/a' : '/b' }),
		);
	};

	it('that stays is one', () => {
		expect(found(mixed(() => 0.3)).mixes).toHaveLength(1);
	});

	it('that changes is two, from where it does', () => {
		const { mixes, classes } = found(mixed((t) => (t < 1000 ? 0.3 : 0.6)));
		expect(mixes).toHaveLength(2);
		expect(Math.abs(mixes[1].fromS - NOON - 1000)).toBeLessThan(100);
		const a = classes.findIndex(({ key }) => key === 'GET /a');
		const share = ({ counts }: (typeof mixes)[number]) => counts[a] / (counts[0] + counts[1]);
		expect(Math.abs(share(mixes[0]) - 0.3)).toBeLessThan(0.03);
		expect(Math.abs(share(mixes[1]) - 0.6)).toBeLessThan(0.03);
	});
});

describe('a million distinct paths', () => {
	it('become a bounded number of classes, and what was put together is told', () => {
		const collector = new Collector(null);
		const feed = new LogFeed(collector, 'a.log', { anyOrder: false });
		const line = combined(NOON);
		for (let i = 0; i < 1_000_000; i++) {
			const path = i % 5 === 0 ? `/orders/${i}` : `/p/${i.toString(36)}x`;
			feed.line(line.replace('GET /', `GET ${path}`));
		}
		feed.line(combined(NOON + 60));
		feed.end();
		collector.end();
		expect(collector.classes.tallies.length).toBeLessThanOrEqual(600);
		const { classes, grouping } = findingsOf(collector, { everyS: 1, ownClasses: false, train: null });
		const shares = new Map(classes.map(({ name, share }) => [name, share.share]));
		expect(shares.get('get-orders')).toBeCloseTo(0.2, 3);
		expect(shares.get('other')).toBeCloseTo(0.8, 3);
		expect(grouping.putOut).toBeGreaterThan(790_000);
		expect(grouping.shortBy).toBeLessThan(10_000);
	});
});

describe('the law of a sample', () => {
	const sampled = (law: Distribution, n = 4000): number[] => {
		const [u, q] = [uniform(law.kind), quantile(law)];
		return Array.from({ length: n }, () => Math.round(q(u())));
	};

	it.each<Distribution>([
		{ kind: 'constant', us: 5000 },
		{ kind: 'exponential', meanUs: 20_000 },
		{ kind: 'uniform', fromUs: 1000, toUs: 9000 },
		{ kind: 'gamma', meanUs: 20_000, scv: 0.25 },
		{ kind: 'lognormal', meanUs: 20_000, scv: 4 },
	])('$kind is known again', (law) => {
		const { law: seen, distance } = fitLaw(sampled(law));
		expect(seen.kind).toBe(law.kind);
		expect(distance).toBeLessThan(0.1);
	});

	it('of two humps is the sample itself', () => {
		const humps = [
			...sampled({ kind: 'uniform', fromUs: 1000, toUs: 1200 }, 1000),
			...sampled({ kind: 'uniform', fromUs: 9000, toUs: 9900 }, 1000),
		];
		const { law, distance } = fitLaw(humps);
		expect(law.kind).toBe('empirical');
		expect(distance).toBeLessThan(0.01);
	});
});

describe('the scenario', () => {
	it.each([
		'testbed-a/access.log',
		'testbed-a/k6.ndjson',
		'testbed-a/vegeta.ndjson',
		'testbed-a/logpush.ndjson',
		'testbed-a/prom_attempts.json',
		'testbed-a/prom_rate_by_code.json',
		'testbed-a/prom_requests_counter.json',
		'nasa-http-clf-jul/access.log.gz',
		'elastic-apache-logs/apache_logs.log.gz',
		'nginx-org-status/status.ndjson.gz',
		'epa-http-rate-60s/rate_60s.csv',
		'nab-aws/elb_request_count_8c0756.csv.gz',
		'azure-llm-conv/trace.csv.gz',
		'worldcup98-rate-60s-a/rate_60s.csv.gz',
	])('of %s loads without a warning but for its assumed queue, as counts and as a curve', (name) => {
		const as = name.startsWith('nab-') ? 'increase' : /prom_(rate|attempts)/.test(name) ? 'rate' : undefined;
		const log = found(excerpt(name), { as });
		// A queue that no log shows is assumed as long as clients wait: `check` says how near that is, and which log is too short for a verdict.
		const others = (variant?: string) => {
			const { warnings } = loadScenario(text, { file: name, variant });
			return warnings.filter(
				({ text: said }) => !/is within 20% of the timeout of|(will|may) be undecided: /.test(said),
			);
		};
		let text = '';
		for (const traffic of ['counts', 'fitted'] as const) {
			text = writeScenario(log, { traffic, windowUs: null });
			expect(others()).toEqual([]);
			expect(others('slowed')).toEqual([]);
		}
	});
});
