/** Where a parameter is from is what its author says, of it, of its block or of all; what nobody has said is not guessed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { originIn, originOfAll } from '../../../src/scenario/document/value-origin.js';
import { loadScenario } from '../../../src/scenario/load.js';
import { ROOT, SMALL } from '../../cli/cli.js';

/** By path, '' where nobody has said. */
function originsOf(text: string, set: string[] = []): Record<string, string> {
	const { parameters } = loadScenario(text, { file: 'small.yaml', set });
	return Object.fromEntries(parameters.map(({ path, origin }) => [path, origin]));
}

describe('the origin of a parameter', () => {
	it('is the word of the comment on its line', () => {
		const origins = originsOf(
			SMALL.replace('traffic: { rate: 200/s }', 'traffic: { rate: 200/s } # measured on Tuesday'),
		);
		expect(origins['traffic.rate']).toBe('measured');
		expect(origins.duration).toBe('');
	});

	it('is that of its block where its own line says nothing, and its own where it does', () => {
		const text = SMALL.replace('clients:\n', 'clients: # assumed\n');
		expect(originsOf(text)).toMatchObject({
			'clients.apps.timeout': 'assumed',
			'clients.apps.retry.attempts': 'assumed',
		});
		const own = text.replace('backoff: 100ms } }', 'backoff: 100ms } } # published');
		expect(originsOf(own)['clients.apps.timeout']).toBe('published');
	});

	it('can be said apart for the keys of one line', () => {
		const text = SMALL.replace('queue: 100 }', 'queue: 100 } # calibrated: queue; assumed: service, workers');
		expect(originsOf(text)).toMatchObject({
			'edge.queue': 'calibrated',
			'edge.workers': 'assumed',
			'edge.service.exponential': 'assumed',
		});
	});

	it('is that of all numbers where the head of the file says so', () => {
		expect(originsOf(`# A test. All numbers are invented.\n${SMALL}`)['edge.queue']).toBe('assumed');
		expect(originOfAll('published   all of these numbers; 35 recovers')).toBe('published');
		expect(originOfAll('published   the numbers above')).toBeNull();
	});

	it('is not that of the file where --set has put another value', () => {
		const text = `# All numbers are assumed.\n${SMALL}`;
		expect(originsOf(text, ['edge.queue=7'])).toMatchObject({ 'edge.queue': '', 'edge.workers': 'assumed' });
	});

	it('is both words where a comment has both, and none where it is denied', () => {
		const keys = new Set(['edge', 'queue']);
		expect(originIn('assumed or measured', ['edge', 'queue'], keys)).toEqual(['assumed', 'measured']);
		expect(originIn('not published', ['edge', 'queue'], keys)).toEqual([]);
		expect(originIn('unpublished', ['edge', 'queue'], keys)).toEqual([]);
	});

	it('is said of nearly all numbers of December 5, in both accounts', () => {
		const of = (file: string) => originsOf(readFileSync(join(ROOT, 'scenarios', file), 'utf8'));
		const story = of('december-5.yaml');
		expect(story).toMatchObject({
			'rollouts.patch.at': 'published',
			'clients.automated.share': 'published',
			'clients.apps.share': 'assumed',
			'edge.groups.older.traffic': 'calibrated',
			'edge.groups.older.workers': 'assumed',
			'changes.patch.errorCost': 'calibrated',
			'edge.queue': 'calibrated',
			'rollouts.patch.people.rollback.waves': 'assumed',
		});
		for (const origins of [story, of('december-5-record.yaml')]) {
			const silent = Object.entries(origins).filter(([, origin]) => origin === '');
			expect(silent.length).toBeLessThan(Object.keys(origins).length / 4);
		}
	});
});
