/** What the catalogue says of a preset before any simulation, in words and numbers. */
import { describe, expect, test } from 'vitest';
import { caveatSummaryOf, OTHER_NAMES, RETRY_PRESETS } from '../../../../src/catalog/retries.js';
import { policiesCsv, policyJson } from '../../../../src/report/policies/files.js';
import { policySheet } from '../../../../src/report/policies/sheet.js';
import { policyList, policyPage } from '../../../../src/report/policies/text.js';
import { policyHint } from '../../../../src/scenario/document/policy-hint.js';
import { loadScenario } from '../../../../src/scenario/load.js';

function sheetOf(id: string) {
	const preset = RETRY_PRESETS.get(id);
	if (preset === undefined) throw new Error(`no such preset: ${id}`);
	return policySheet(preset);
}

/** The page on one line, as no reader sees it. */
const page = (id: string): string => policyPage(sheetOf(id)).replaceAll(/\s+/g, ' ');

describe('hedged calls', () => {
	test.each([
		['grpc-a6-hedging-example', 4, 'the first, then 500ms, 1s, 1.5s after it while none is answered'],
		['dotnet-standard-hedging', 2, 'the first, then 2s after it while none is answered'],
	])('%s: its %d copies are its tries', (id, copies, when) => {
		const sheet = sheetOf(id);
		expect(page(id)).toContain(`tries at most ${copies}, the first included`);
		expect(page(id)).toContain(when);
		expect(page(id)).toContain(`outage x${copies} sends per request`);
		expect(page(id)).toMatch(new RegExp(`hang x${copies} sends per request`));
		expect(page(id)).not.toContain('a hang is not retried');
		expect(policyList([sheet])).toMatch(new RegExp(`${id} +${copies} +copies, (500ms|2s) apart`));
		expect(policiesCsv([sheet]).split('\n')[1].split(',')[3]).toBe(String(copies));
		expect(policyJson(sheet)).toMatchObject({
			attempts: copies,
			arithmetic: {
				sendsWhenAllFailAtOnce: { fewest: copies, most: copies },
				sendsWhenAllHang: { sends: { most: copies } },
			},
		});
	});
});

describe('an outage', () => {
	test.each([
		['finagle-requeue-default', 'x21 sends', 'until its breaker opens, after 5 failures on one node'],
		['dotnet-standard-resilience', 'x4 sends', 'until its breaker opens, after 100 failures of one client'],
		['aws-js-v3-standard-2026', 'x3 sends', 'while its budget lasts'],
		['envoy-route-5xx', 'x2 sends', 'while no more than 3 retries are under way'],
		['linkerd-serviceprofile', 'x101 sends', 'the most that its budget lets one client make in a row'],
		['tower-budget', 'x101 sends', 'the most that its budget lets one client make in a row'],
	])('%s: %s, %s', (id, sends, ends) => {
		expect(page(id)).toContain(`outage ${sends} per request where every try fails at once, ${ends}`);
	});

	test('what no machine ends is told plainly', () => {
		expect(page('istio-default')).toContain(
			'x3 sends per request where every try fails at once budget retries at once: unlimited',
		);
		expect(page('openai-node')).toContain('x3 sends per request where every try fails at once hang');
	});

	test('a try that hangs lasts as long as the call where no limit on a try is set', () => {
		expect(page('envoy-route-5xx')).toContain('hang x1 sends per request where every try hangs for 15s: a hang is not');
		expect(page('envoy-route-5xx')).toContain('timeout: a try that hangs is not retried, as no limit on a try is set');
	});

	test('what needs a Retry-After does not count', () => {
		const text = page('client-go-rest');
		expect(text).toContain('fails at once (reset); x1 where it is answered 500, 502, 503, 504, 429 without');
		expect(text).toContain('Retry-After after 500, 502, 503, 504, 429 it waits what that says');
		expect(text).not.toContain('after 503 0s');
		expect(text).not.toContain('here always');
		expect(page('okhttp')).toContain('without it, or with more than 0s, it does not retry');
	});
});

test('every page keeps within 80 columns', () => {
	const wide = [...RETRY_PRESETS.values()].flatMap((preset) =>
		policyPage(policySheet(preset))
			.split('\n')
			.filter((line) => line.length > 80),
	);
	expect(wide).toEqual([]);
});

test('another name of a preset leads to its id, and is none itself', () => {
	for (const [name, id] of OTHER_NAMES) {
		expect(RETRY_PRESETS.has(name), name).toBe(false);
		expect(RETRY_PRESETS.has(id), name).toBe(true);
		expect(name).toBe(name.toLowerCase());
		expect(policyHint(name)).toBe(`did you mean ${id}?`);
		const text = `name: x\nduration: 10s\ntraffic: { rate: 1/s }\nedge: { service: 10ms }\nclients: { a: { retry: "${name}" } }\n`;
		expect(() => loadScenario(text, { file: 'x.yaml' })).toThrow(`did you mean ${id}?`);
	}
});

describe('what a run says of a preset', () => {
	const warningOf = (retry: string): string[] =>
		loadScenario(
			`name: x\nduration: 10s\ntraffic: { rate: 1/s }\nedge: { service: 10ms }\nclients: { a: { instances: 9, retry: ${retry} } }\n`,
			{ file: 'x.yaml' },
		).warnings.map(({ text }) => text);

	test.each([
		['client-go-rest', 'client-go-rest: retries only with Retry-After; see retrystorm policies client-go-rest'],
		[
			'okhttp',
			'okhttp: the next IP address of a name is told as the next node; differs in timeout, 503; see retrystorm',
		],
		['kafka-reconnect', 'it repeats a connection, not a request; '],
		['envoy-route-5xx', 'opt-in: nobody has it who did not ask for it; differs in timeout'],
	])('%s: %s', (id, said) => {
		expect(warningOf(id).length).toBe(1);
		expect(warningOf(id)[0]).toContain(said);
	});

	test('is short, and says where the rest is', () => {
		for (const [id, preset] of RETRY_PRESETS) {
			const text = caveatSummaryOf(preset);
			expect(text.length, text).toBeLessThan(190);
			expect(text).toContain(`see retrystorm policies ${id}`);
		}
	});
});
