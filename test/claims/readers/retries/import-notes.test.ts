/** Imported retries in general: nothing is ignored in silence, other files are refused, and a base keeps what it has. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/kernel/errors.js';
import { importManifests } from '../../../../src/readers/import.js';
import { oneLine } from '../../../../src/readers/manifest/provenance-notes.js';
import {
	goDuration,
	haproxyDuration,
	linkerdDuration,
	nginxDuration,
	protobufDuration,
	springDuration,
	timeSpan,
} from '../../../../src/readers/retries/policy/duration-formats.js';
import { readAnswers } from '../../../../src/readers/rollouts/import-answers.js';
import { readSource, toPlain } from '../../../../src/scenario/document/yaml-source.js';
import { applyVariant } from '../../../../src/scenario/variants.js';
import { fixture, importFixture, importText } from './support.js';

const FILES = readdirSync(join(import.meta.dirname, '../../../fixtures/import/retries'));

/** How often, how long or how much, with its value on the same line; no name, comment, or head of a block. */
function isSetting(text: string): boolean {
	const named =
		/^-? ?"?[\w./-]*(?:retr|attempt|timeout|backoff|budget|hedg|max_fails|tokens|duration)[\w./-]*"?(?::|\s)\s*[^\s{[]/i;
	return named.test(text) && !/^(?:#|- name:|kind:|.*:\s*#)/.test(text);
}

/** Maps of the fixtures that say nothing of retries, or stand in one that is left out as a whole. */
const LEFT_OUT = ['metadata', 'labels', 'ports', 'application', 'condition'];

describe('every fixture', () => {
	it.each(FILES)('%s has a note at every line with a retry setting, and says what it was read as', (file) => {
		const { notes } = importFixture(file);
		const noted = new Set(notes.map(({ at }) => at));
		expect(notes.some(({ text }) => text.startsWith('read as the configuration of'))).toBe(true);
		const silent = fixture(file)
			.text.split('\n')
			.map((text, i) => ({ text: text.trim(), at: `${file}:${i + 1}` }))
			.filter(({ text, at }) => isSetting(text) && !noted.has(at));
		expect(silent).toEqual([]);
	});

	it.each(FILES.filter((file) => /\.(?:ya?ml|json)$/.test(file)))(
		'%s reports a field that no reader knows, wherever it stands',
		(file) => {
			const strange = file.endsWith('.json') ? '"strangeField": 17, ' : 'strangeField: 17, ';
			const { text } = fixture(file);
			// Behind each brace of a map in braces that is not empty.
			const braces = [...text.matchAll(/\{(?=\s*[\w"][^{}]*:)/g)].map(({ index }) => index + 1);
			expect(braces.length).toBeGreaterThan(0);
			for (const at of braces) {
				const changed = `${text.slice(0, at)} ${strange}${text.slice(at)}`;
				let notes: readonly { text: string }[];
				try {
					notes = importText(changed, file).notes;
				} catch (error) {
					// A field more may make it another kind of file, or one that is refused, but never with a bug.
					expect(error).toBeInstanceOf(UserError);
					continue;
				}
				// Told by its name, or with the map around it that is left out as a whole.
				const around: readonly string[] = text.slice(text.lastIndexOf('\n', at) + 1, at).match(/[\w.-]+(?="?:)/g) ?? [];
				const whole = notes.some(({ text: each }) => around.some((key) => each.includes(`${key}: not read`)));
				const isMentioned = notes.some(({ text: each }) => each.includes('strangeField'));
				const outside = around.some((key) => LEFT_OUT.includes(key)) || text.slice(at).startsWith(' priority: HIGH');
				expect(isMentioned || whole || outside, changed.slice(at - 40, at + 20)).toBe(true);
			}
		},
	);

	it.each(FILES)('%s in halves, and with a piece cut out, never ends in a bug', (file) => {
		const { text } = fixture(file);
		fc.assert(
			fc.property(fc.nat(text.length), fc.nat(60), (from, length) => {
				try {
					importText(text.slice(0, from) + text.slice(from + length), file);
					importText(text.slice(0, from), file);
				} catch (error) {
					if (!(error instanceof UserError)) throw error;
				}
			}),
			{ numRuns: 25, seed: 7 },
		);
	});
});

describe('JSON with comments', () => {
	it('reads as without them, and what stands around them keeps its place', () => {
		const plain = fixture('dotnet.json').text;
		const commented = plain.replace('{', '{ // the "Logging" of all').replace(/,\n/, ', /* a,\n "b": 1 */\n');
		expect(commented).not.toBe(plain);
		const { notes, text } = importText(`// appsettings\n${commented}`, 'dotnet.json');
		expect(notes.some((note) => /comment|Logging" of|appsettings/.test(note.text))).toBe(false);
		expect(text.replace(/ *#.*/g, '')).toBe(importFixture('dotnet.json').text.replace(/ *#.*/g, ''));
	});

	it('keeps what only looks like a comment', () => {
		const strange = '{ "a//b": 1, "c": "x /* y", d: http://e/f, ';
		const { notes } = importText(fixture('dotnet.json').text.replace('{', strange), 'dotnet.json');
		const left = notes.flatMap(({ text }) => /^([acd][/b]*): not read/.exec(text)?.[1] ?? []);
		expect(left).toEqual(['a//b', 'c', 'd']);
	});
});

describe('long words of an author', () => {
	it('are cut between words', () => {
		const long = 'word '.repeat(300).trim();
		expect(oneLine(long)).toMatch(/^(?:word )+\.\.\.$/);
		expect(oneLine(long).length).toBeLessThanOrEqual(1000);
		expect(oneLine('x'.repeat(2000))).toBe(`${'x'.repeat(996)} ...`);
	});
});

describe('other files', () => {
	it.each([
		[
			'kind: Service\nmetadata: { name: x }\n',
			/found kind: Service alone, an Argo Rollout .* or retries of Envoy, Istio/,
		],
		['name: hello\nduration: 60s\n', /found name, duration at the top of a file that no reader knows/],
		[
			'clusters: [{ name: a, circuit_breakers: {} }]\n',
			/found an Envoy configuration in which nothing says how to retry; a route with `retry_policy` would do$/,
		],
		['[default]\nregion = eu-west-1\n', /found an AWS profile in which nothing says how to retry; `retry_mode`/],
		['static_resources: { listeners: [] }\n', /found an Envoy configuration in which nothing/],
		['{ "methodConfig": [{ "name": [{}], "timeout": "1s" }] }\n', /found a gRPC service config in which nothing/],
		['{ "loadBalancingConfig": [{ "round_robin": {} }] }\n', /found a gRPC service config in which nothing/],
		['upstream a {\n  server b;\n', /m\.yaml:1:1: error: upstream is never closed/],
	])('are refused: %j', (text, message) => {
		expect(() => importText(text)).toThrow(message);
	});

	it('leave retries out beside a rollout, and say so', () => {
		const rollout = readFileSync(join(import.meta.dirname, '../../../fixtures/import/argo-pods.yaml'), 'utf8');
		const files = [{ file: 'rollout.yaml', text: rollout }, fixture('istio.yaml')];
		const { notes, text } = importManifests(files, null, readAnswers({}));
		expect(text).toMatch(/^rollouts:/m);
		expect(notes.filter((note) => /^retries beside a rollout/.test(note.text)).map(({ at }) => at)).toEqual([
			'istio.yaml:1',
			'istio.yaml:18',
		]);
	});
});

const BASE = `name: base
duration: 60s
traffic: { rate: 10/s }
edge: { service: 10ms }
clients:
  apps:
    share: 60%
    layers:
      sdk: { attempts: 3, backoff: { growth: linear, base: 1s, step: 1s }, budget: { ratio: 10%, capacity: 5 } }
      person: { attempts: 2, backoff: 4s, marked: false }
  browsers:
    share: 40%
    layers:
      person: { attempts: 4, backoff: 3s, marked: false }
`;

/** The populations of a base with one fixture laid into it. */
function laidInto(base: string, file: string): { clients: Record<string, Record<string, unknown>>; text: string } {
	const result = importManifests([fixture(file)], { file: 'base.yaml', text: base }, readAnswers({}));
	const merged = toPlain(applyVariant(readSource(result.text, 'x'), result.variants[0], 'x'));
	return { clients: JSON.parse(JSON.stringify(Object(merged).clients)), text: result.text };
}

describe('into a base', () => {
	it("a client's policy takes the place of the innermost layer, and nothing of it is left; a person stays", () => {
		const { clients, text } = laidInto(BASE, 'resilience4j.yaml');
		expect(clients.apps.layers).toEqual({
			sdk: expect.objectContaining({ attempts: 4, backoff: { growth: 'fixed', base: '500ms' } }),
			person: { attempts: 2, backoff: '4s', marked: false },
		});
		expect(Object(clients.apps.layers).sdk).not.toHaveProperty('budget');
		expect(Object.keys(Object(clients.browsers.layers))).toEqual(['sdk', 'person-2']);
		expect(text.startsWith(BASE)).toBe(true);
	});

	it("a proxy's policy stands inside the layers there are, which are kept", () => {
		const { clients } = laidInto(BASE, 'envoy.json');
		expect(Object.keys(Object(clients.apps.layers))).toEqual(['proxy', 'sdk-2', 'person-2']);
		expect(Object(clients.apps.layers)['person-2']).toEqual({ attempts: 2, backoff: '4s', marked: false });
	});

	it('takes the place of a single policy, or of none', () => {
		const single = BASE.replace(/clients:[\s\S]*/, 'clients: { apps: { retry: { attempts: 3, on: [timeout] } } }\n');
		const grpc = Object(laidInto(single, 'grpc.json').clients.apps);
		expect(grpc.retry).toMatchObject({ attempts: 5, overall: { after: '2.5s' } });
		const proxied = laidInto(single, 'haproxy.cfg').clients.apps;
		expect(Object.keys(proxied)).toEqual(['layers']);
		expect(Object.keys(Object(proxied.layers))).toEqual(['proxy', 'retry']);
		expect(laidInto(BASE.replace(/clients:[\s\S]*/, ''), 'aws-config').clients).toEqual({
			apps: { instances: 1, layers: { sdk: { preset: 'aws-js-v3-adaptive-2026', attempts: 8 } } },
		});
	});
});

describe('durations', () => {
	it.each([
		['protobufDuration', '0.250s', 250_000, protobufDuration],
		['protobufDuration', '250ms', null, protobufDuration],
		['goDuration', '1h30m', 5400e6, goDuration],
		['goDuration', '15', null, goDuration],
		['linkerdDuration', '400ms', 400_000, linkerdDuration],
		['linkerdDuration', '1m30s', null, linkerdDuration],
		['linkerdDuration', '0', 0, linkerdDuration],
		['timeSpan', '00:00:00.500', 500_000, timeSpan],
		['timeSpan', '1.02:00:00', 26 * 3600e6, timeSpan],
		['timeSpan', '00:99:00', null, timeSpan],
		['springDuration', '500', 500_000, springDuration],
		['springDuration', 'PT0.5S', 500_000, springDuration],
		['springDuration', 'PT1M', 60e6, springDuration],
		['springDuration', 'PT', null, springDuration],
		['nginxDuration', '60', 60e6, nginxDuration],
		['nginxDuration', '1m30s', 90e6, nginxDuration],
		['nginxDuration', '250ms', 250_000, nginxDuration],
		['haproxyDuration', '4000', 4e6, haproxyDuration],
		['haproxyDuration', '5s', 5e6, haproxyDuration],
		['haproxyDuration', '1.5s', null, haproxyDuration],
	] as const)('%s reads %s as %s', (_, text, us, read) => {
		expect(read(text)).toBe(us);
	});
});
