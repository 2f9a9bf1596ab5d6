/** PromQL as Prometheus reads it: precedence, signs, case, escapes and numbers; what changes the time that is read is refused. */
import { describe, expect, it } from 'vitest';
import { parseQuery, type Query } from '../../../../src/readers/promql/parser.js';

/** The value of a query of numbers alone. */
function value(query: Query): number {
	if (query.kind === 'number') return query.value;
	if (query.kind !== 'binary') throw new Error(`${query.kind} is not a number`);
	const [a, b] = [value(query.left), value(query.right)];
	const results: Readonly<Record<string, number>> = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '^': a ** b };
	return results[query.op];
}

describe('numbers', () => {
	it.each([
		['2^3^2', 512],
		['-2^2', -4],
		['- 2 ^ 2', -4],
		['2 * -3 ^ 2', -18],
		['(-2)^2', 4],
		['2^-1', 0.5],
		['1 -2', -1],
		['1 - -2', 3],
		['10 - 4 - 3', 3],
		['2 + 3 * 4', 14],
		['0x1F + .5', 31.5],
		['1_000 * 1e-3', 1],
		['Inf', Number.POSITIVE_INFINITY],
		['-inf', Number.NEGATIVE_INFINITY],
		['NaN', Number.NaN],
		['5m * 2', 600],
	])('%s is %d', (text, expected) => {
		expect(value(parseQuery(text))).toBe(expected);
	});
});

describe('selectors and calls', () => {
	it('knows aggregations in any case, with their labels before or behind', () => {
		const plain = parseQuery('sum(rate(x_total[5m]))');
		for (const text of ['SUM BY (a) (rate(x_total[5m]))', 'Sum(rate(x_total[5m])) without (b)'])
			expect(parseQuery(text)).toEqual(plain);
	});

	it('reads the escapes of matchers, and none between backquotes', () => {
		const read = parseQuery('x{a="b\\n\\"\\u00e9", c=~`\\d+`,}');
		expect(read).toMatchObject({ name: 'x', matchers: [{ value: 'b\n"é' }, { op: '=~', value: '\\d+' }] });
	});

	it('knows names in quotes and by __name__', () => {
		expect(parseQuery('{"http.requests", "a.b"="c"}')).toMatchObject({
			name: 'http.requests',
			matchers: [{ label: 'a.b', value: 'c' }],
		});
		expect(parseQuery('{__name__="x"}')).toMatchObject({ name: 'x' });
	});

	it('adds up windows of several units, and passes over comments', () => {
		expect(parseQuery('# hourly\nrate(x[1h30m]) # so far')).toMatchObject({ args: [{ rangeUs: 5_400_000_000 }] });
	});
});

describe('what is not understood is refused by name', () => {
	it.each([
		['x offset 5m', 'reads another time than now'],
		['x @ 5', 'reads another time than now'],
		['rate(x[1h:5m])', 'a subquery'],
		['1 > bool 2', '`bool`'],
		['"text"', 'a text where a number is needed'],
		['rate(x[$__rate_interval])', 'the variable `$__rate_interval`'],
		['rate(x[', 'the query ends too early'],
		['', 'the query ends too early'],
		['a.b', 'cannot be read at character 2'],
		[`${'('.repeat(500)}1${')'.repeat(500)}`, 'levels'],
	])('%s', (text, message) => {
		expect(() => parseQuery(text)).toThrow(message);
	});
});
