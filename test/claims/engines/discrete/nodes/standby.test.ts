/**
 * Spares: nodes that are sent to only while no other node of their pool is in rotation, or let through by a client's breaker, and by
 * walks from node to node after all others. A service takes 5 ms at the others and 20 ms at a spare, so that work tells whose it was.
 */
import { describe, expect, it } from 'vitest';
import { InvalidScenario } from '../../../../../src/scenario/document/issue.js';
import { checkScenario, loadScenario } from '../../../../../src/scenario/load.js';
import { ran } from '../../../../support/scenario-runs.js';
import { total } from '../../../../support/world-builder.js';

const FILE = `name: spares
duration: 60s
traffic: { rate: 100/s, process: regular }
edge:
  workers: 8
  queue: 100
  groups:
    main: { nodes: 2, service: 5ms }
    spare: { nodes: 1, service: 20ms, standby: true }
  failover: { after: 2s }
clients: { apps: { timeout: 1s, retry: { attempts: 1 } } }
faults: { down: { at: 20s, for: 20s, where: { group: main }, crash: true } }
`;

/** Attempts that spares served in a span. */
function bySpares(set: readonly string[], fromS: number, toS: number): number {
	const outcome = ran(FILE, set);
	const served = total(outcome, 'outcome_ok', fromS, toS);
	return (total(outcome, 'busy_us', fromS, toS) - 5_000 * served) / 15_000;
}

describe('a group with standby', () => {
	it('serves all while every other node is out of rotation, and nothing before and after', () => {
		expect(bySpares([], 0, 20)).toBe(0);
		expect(bySpares([], 23, 39)).toBeCloseTo(1_600, -1);
		expect(bySpares([], 41, 60)).toBe(0);
		const outcome = ran(FILE);
		// Lost is what was sent between the crash and the failover.
		expect(total(outcome, 'lost_by_birth')).toBeGreaterThan(150);
		expect(total(outcome, 'lost_by_birth')).toBeLessThanOrEqual(201);
	});

	it('serves nothing while one other node is in rotation', () => {
		expect(bySpares(['faults.down.where={ group: main, nodes: 50% }'], 0, 60)).toBe(0);
	});

	it('is the world without it where nothing disturbs', () => {
		const plain = ['faults={}'];
		const alone = ran(FILE.replace(/ {4}spare: .*\n/, ''), plain);
		expect(total(ran(FILE, plain), 'busy_us')).toBe(total(alone, 'busy_us'));
		expect(bySpares(plain, 0, 60)).toBe(0);
	});

	it('comes before another region, which comes where the spares are out as well', () => {
		const regions =
			'regions={ a: { share: 100%, failover: [ b ] }, b: { share: 0%, groups: { main: { service: 5ms } } } }';
		expect(bySpares([regions, 'faults.down.where={ region: a, group: main }'], 23, 39)).toBeCloseTo(1_600, -1);
		expect(bySpares([regions, 'faults.down.where={ region: a }'], 23, 39)).toBe(0);
		expect(total(ran(FILE, [regions, 'faults.down.where={ region: a }']), 'outcome_ok', 23, 39)).toBeCloseTo(1_600, -1);
	});

	it('with panic at 0% attempts are refused only once the spares are out, too', () => {
		const refused = (set: string[]): number =>
			total(ran(FILE, ['edge.failover.panic=0%', ...set]), 'outcome_refused', 23, 39);
		expect(refused([])).toBe(0);
		expect(refused(['faults.down.where={}'])).toBe(total(ran(FILE, ['faults.down.where={}']), 'attempts', 23, 39));
	});

	it('takes over where the breaker of the client has taken all others out', () => {
		const set = [
			'edge.failover=null',
			'faults.down={ at: 20s, for: 20s, where: { group: main }, errors: 100% }',
			'clients.apps.retry={ attempts: 1, breaker: { kind: consecutive-ejection, failures: 3, base: 60s, maxShare: 100%, panic: 0% } }',
		];
		expect(bySpares(set, 0, 20)).toBe(0);
		expect(bySpares(set, 25, 39)).toBeGreaterThan(1_300);
	});

	it('is the last of a walk from node to node', () => {
		const walk = (attempts: number): string[] => [
			'edge.failover=null',
			`clients.apps.retry={ attempts: ${attempts}, target: next-node, backoff: 0s }`,
		];
		expect(total(ran(FILE, walk(2)), 'lost_by_birth')).toBeGreaterThan(1_900);
		expect(total(ran(FILE, walk(3)), 'lost_by_birth')).toBe(0);
		expect(total(ran(FILE, walk(3)), 'attempts', 22, 39)).toBe(3 * total(ran(FILE, walk(3)), 'born', 22, 39));
		expect(bySpares(walk(3), 0, 20)).toBe(0);
	});

	it('holds nothing in a start that is collapsed', () => {
		const { start } = loadScenario(`${FILE}start: collapsed\n`, { file: 'a.yaml' }).world;
		expect(start?.held.map(({ abandoned, live }) => abandoned + live)).toEqual([108, 0]);
	});
});

describe('what is wrong with a spare', () => {
	const refusal = (set: string[]): string => {
		try {
			loadScenario(FILE, { file: 'a.yaml', set });
		} catch (error) {
			if (error instanceof InvalidScenario) return error.message;
			throw error;
		}
		return '';
	};

	it.each([
		['edge.groups.main.standby=true', /no group serves platform \w+ in world that it could stand by for/],
		['edge.groups.spare.traffic=10%', /a group with `standby: true` has no traffic of its own/],
		['edge.groups.spare.platform=other', /no group serves platform other .*platform: main would do/],
	])('%s', (set, message) => {
		expect(refusal([set])).toMatch(message);
	});

	it('is told where nothing takes other nodes out', () => {
		const without = FILE.replace(/ {2}failover: .*\n/, '');
		const texts = checkScenario(without, { file: 'a.yaml' }).warnings.map(({ message }) => message);
		expect(texts.join('\n')).toMatch(/has no effect: nothing takes other nodes out of rotation/);
		expect(
			checkScenario(FILE, { file: 'a.yaml' })
				.warnings.map(({ message }) => message)
				.join('\n'),
		).not.toMatch(/no effect/);
	});
});
