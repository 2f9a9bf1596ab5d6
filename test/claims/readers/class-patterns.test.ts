/** Patterns of --classes: what they fit, in time for the length of the path. */
import { expect, it } from 'vitest';
import { classifier } from '../../../src/readers/logs/class-rules.js';

it.each([
	['/a*', '/ab', true],
	['/a*', '/b', false],
	['*', '/x', true],
	['/a*c', '/ac', true],
	['/ab*bc', '/abc', false],
	['/a*b*c', '/axbxc', true],
	['/a*b*c', '/acb', false],
	['/a.c', '/abc', false],
	['/a', '/a', true],
])('%s on %s: %s', (pattern, path, fits) => {
	expect(classifier([`own=${pattern}`])?.('GET', path)).toBe(fits ? 'own' : 'other');
});

it('many stars against a path of slashes take no time', () => {
	const classify = classifier(['own=/*/*/*/*/*/x']);
	const before = process.cpuUsage();
	for (let k = 0; k < 100; k++) classify?.('GET', '/'.repeat(2000));
	expect(process.cpuUsage(before).user / 1e6).toBeLessThan(0.5);
});
