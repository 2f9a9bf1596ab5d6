/** Values that authors and attackers write: of each unit some good ones, and what no field was made for. */
import type { Picker } from '../reference/families/picker.js';

const GOOD: readonly unknown[] = [
	...['0s', '1us', '10ms', '90s', '4m', '1h', '1m30s', '0.5ms'],
	...['0%', '28%', '100%', 0.28, 1, 0, '1e-9%'],
	...['50k/s', '0/s', '30/m', '1200/s', '1/d'],
	...['x6', 'x0', 6, 'x1e-3'],
	...['08:47', '08:47:30', '60s..120s', '08:48..09:11', '0s..10s'],
	...['unlimited', 'full', 'error', 'timeout', '503', 503, 'reset', 'none', 'exponential', true, false],
	...['apps', 'world', 'edge', 'base', 'no-change', 'no-trigger', 'GET', '512MiB'],
	...[{ exponential: '20ms' }, { uniform: { from: '1ms', to: '9ms' } }, { lognormal: { mean: '10ms', scv: 2 } }],
	...[['error', 'timeout'], ['503'], [1, 2], ['1ms', '2ms'], [{ at: '1s', rate: '10/s' }]],
	...['aws-sdk-js-v3', 'grpc', 'envoy', 'argo', 'flagger', { preset: 'argo', at: '1s' }],
];

const HOSTILE: readonly unknown[] = [
	...[
		null,
		'',
		' ',
		'\n',
		-1,
		-0,
		1.5,
		1e308,
		-1e308,
		5e-324,
		2 ** 53,
		2 ** 53 + 2,
		1e21,
		'NaN',
		'.nan',
		'.inf',
		'1e999',
	],
	...['-5%', '101%', '1e308/s', '1e400s', '999999999999h', '367d', 'x1e9', '0x10', '1_000', '10 ms', '10MS', '٣s'],
	...['25:99', '48:00', '47:59:59.999999', '1s..', '..1s', '2s..1s', '1s..1s'],
	...[
		'__proto__',
		'constructor',
		'toString',
		'hasOwnProperty',
		'length',
		'1234',
		'true',
		'null',
		'~',
		'<<',
		'*a',
		'&a',
	],
	...['a'.repeat(300), `${'9'.repeat(400)}s`, '\u202e\u2066x', '\u0000', '\ud800', '\u{1f600}', '=1+1', '<script>'],
	...[[], {}, [[]], [{}], { a: {} }, [null], { '': 1 }, { __proto__x: 1 }, [[[[[[[[]]]]]]]]],
];

/** Names of maps: ordinary ones, those of every object of JavaScript, and what is no name. */
export const NAMES: readonly string[] = [
	...['a', 'b', 'apps', 'world', 'x-1', 'x_1', '1234', '0', 'true', 'null', 'preset', 'kind', 'expect'],
	...['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'length', 'base', 'no-change'],
	...['', ' ', 'a.b', 'a b', '\u202ea', 'ä', 'a'.repeat(300), '-', '<<'],
];

export const anyValue = (pick: Picker): unknown =>
	structuredClone(pick.chance(0.7) ? pick.one(...GOOD) : pick.one(...HOSTILE));
