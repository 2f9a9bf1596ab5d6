/** The lists of metrics and fields say what the code says: every example is a scenario that `check` accepts. */
import { describe, expect, it } from 'vitest';
import { QUANTITIES } from '../../../../src/metrics/definitions/metrics.js';
import { METRIC_ENTRIES, METRIC_NAMES, metricEntry } from '../../../../src/report/reference/metric-entry.js';
import { checkScenario } from '../../../../src/scenario/load.js';
import { fieldsOf, namesBelow } from '../../../../src/scenario/schema/field-list.js';

const WORLD = `name: a
duration: 90s
traffic: { rate: 10/s }
edge: { service: { exponential: 20ms }, workers: 8, queue: 100 }
clients: { apps: { timeout: 1s, retry: { attempts: 2 } } }
record: { inSystem: true }
`;

describe('the list of metrics', () => {
	it('has every quantity, each with examples that check accepts', () => {
		expect(METRIC_ENTRIES.map(({ name }) => name)).toEqual(expect.arrayContaining(QUANTITIES.map(({ name }) => name)));
		const examples = METRIC_ENTRIES.flatMap((entry) => entry.examples);
		const { errors } = checkScenario(`${WORLD}expect:\n${examples.map((line) => `  ${line}\n`).join('')}`, {
			file: 'a.yaml',
		});
		expect(errors.map(({ text }) => text)).toEqual([]);
		expect(examples.length).toBeGreaterThanOrEqual(METRIC_NAMES.length - 1);
	});

	it.each([
		['first-attempt-failures', 'unavailable'],
		['P(collapsed)', 'collapsed'],
		['in-system-at-least-25', 'in-system-at-least-25'],
		['P(lost)', undefined],
		['lots', undefined],
	])('finds %s as %s', (asked, name) => {
		expect(metricEntry(asked)?.name).toBe(name);
	});
});

describe('the list of fields', () => {
	it('has each path once for each kind, and every name of the top', () => {
		const fields = fieldsOf();
		const keys = (fields === undefined ? [] : fields).map(({ path, kind }) => `${path} ${kind}`);
		expect(keys.length).toBeGreaterThan(686);
		expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
		expect(namesBelow('')).toEqual(expect.arrayContaining(['traffic', 'edge', 'clients', 'rollouts', 'expect']));
	});

	it.each([
		['clients.apps.retry.attempts', ['clients.NAME.retry.attempts']],
		['clients.apps.layers.sdk.attempts', ['clients.NAME.layers.NAME.attempts']],
		['expect.that', ['expect[].that']],
		['expect[].versus.as', ['expect[].versus.as']],
		['edge.queue', ['edge.queue']],
	])('finds %s', (path, paths) => {
		expect(fieldsOf(path)?.map((field) => field.path)).toEqual(paths);
	});

	it('knows no field that there is not', () => {
		expect(fieldsOf('edge.qeue')).toBeUndefined();
	});
});
