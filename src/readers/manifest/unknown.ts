/** What is told of files in which no reader knows anything: whose they are where it can be told, and what would be read instead. */
import { InvalidScenario, issueAt } from '../../scenario/document/issue.js';
import type { Field } from './field.js';
import { declaredKind } from './products.js';
import { type Given, nothingIn, RETRY_SYSTEMS } from './resources.js';

/** Names of an application's own settings, which only its code reads. */
const OWN_SETTING = /retr(?:y|ies)|attempts?$|back_?off|circuitbreaker/i;

/**
 * For files whose documents all are of other products, or name no product at all.
 * @throws InvalidScenario for each of them, unless one holds a rollout
 */
export function refuseUnknown(files: readonly Given[], documents: readonly Field[]): void {
	if (documents.some((document) => isRollout(document))) return;
	throw new InvalidScenario(
		files.flatMap(({ file, text }) => {
			const mine = documents.filter((document) => document.file === file);
			const kinds = [...new Set(mine.flatMap((document) => declaredKind(document) ?? []))];
			if (kinds.length === 0) return without(file, mine, text).issues;
			const said = `${kinds.slice(0, 5).join(', ')}${kinds.length > 5 ? ', ...' : ''}`;
			return nothingIn(file, `${said} alone`).issues;
		}),
	);
}

function isRollout({ node }: Field): boolean {
	const kind = node?.kind === 'map' ? node.entries.get('kind')?.node : undefined;
	return kind?.kind === 'scalar' && (kind.value === 'Rollout' || kind.value === 'Canary');
}

/** A file that names no kind. */
function without(file: string, documents: readonly Field[], text: string): InvalidScenario {
	const at = { file, line: 1, column: 1, set: null };
	const say = (message: string, line = 1): InvalidScenario =>
		new InvalidScenario([issueAt('error', { ...at, line }, '', message)]);
	if (documents.length === 0 || documents.every(({ node }) => node?.kind === 'scalar')) {
		const what = text.trim() === '' ? 'nothing' : 'a text that no reader knows';
		return say(`found ${what}, retries of ${RETRY_SYSTEMS} would do, or an Argo Rollout or a Flagger Canary`);
	}
	const keys = documents.flatMap(({ node }) => (node?.kind === 'map' ? [...node.entries.keys()] : ['a list']));
	const top = [...new Set(keys)];
	const names = `${top.slice(0, 5).join(', ')}${top.length > 5 ? ', ...' : ''}`;
	if (top.includes('metrics') && top.includes('classifier'))
		return say(
			`found a canary configuration (Kayenta), which is not read; an Argo Rollout or a Flagger Canary would do`,
		);
	if (top.includes('_format_version'))
		return say(`found a declarative file (Kong), which is not read; retries of ${RETRY_SYSTEMS} would do`);
	const own = documents.flatMap((document) => ownSections(document))[0];
	if (own !== undefined && (isSpring(top) || own.keys.some((key) => /^[A-Z]/.test(key)))) {
		const settings = own.keys.slice(0, 4).join(', ');
		const where = own.field.path === '' ? 'settings' : `a section ${own.field.path}`;
		const would = isSpring(top)
			? '`resilience4j.retry.instances` with maxAttempts and waitDuration, or a Retry filter of `spring.cloud.gateway.routes`,'
			: '`Retry: { MaxRetryAttempts, BackoffType, Delay, UseJitter, MaxDelay }` beside `AttemptTimeout`, `TotalRequestTimeout` and `CircuitBreaker`, as HttpStandardResilienceOptions has them (or `resilience4j.retry.instances` of Spring),';
		return say(
			`found ${where} with names of the application's own (${settings}), which only its code reads; ${would} would do`,
			own.field.at.line ?? 1,
		);
	}
	if (isSpring(top))
		return say(
			`found an application's settings (${names}) in which nothing says how to retry; \`resilience4j.retry.instances\`, or a Retry filter of \`spring.cloud.gateway.routes\`, would do`,
		);
	return say(
		`found ${names} at the top of a file that no reader knows; retries of ${RETRY_SYSTEMS} would do, or an Argo Rollout or a Flagger Canary`,
	);
}

const isSpring = (top: readonly string[]): boolean =>
	top.some((key) => /^(?:spring|server|management|eureka|feign|resilience4j)(?:\.|$)/.test(key));

/** Maps with settings that look like those of retries, and are nobody's. */
function ownSections(field: Field): { field: Field; keys: string[] }[] {
	const { node } = field;
	if (node?.kind === 'list') return field.items(node.items.length).flatMap(ownSections);
	if (node?.kind !== 'map') return [];
	const keys = [...node.entries].filter(([key, entry]) => entry.node.kind === 'scalar' && OWN_SETTING.test(key));
	if (keys.length > 0) return [{ field, keys: keys.map(([key]) => key) }];
	return [...node.entries.keys()].flatMap((key) => ownSections(field.get(key)));
}

/**
 * Texts that are no YAML, and whose form tells what they are.
 * @throws InvalidScenario for one of them
 */
export function refuseForeignText({ file, text }: Given): void {
	const found = formOf(text);
	if (found === null) return;
	const message = `found ${found}; retries of ${RETRY_SYSTEMS} would do, or an Argo Rollout or a Flagger Canary`;
	throw new InvalidScenario([issueAt('error', { file, line: 1, column: 1, set: null }, '', message)]);
}

function formOf(text: string): string | null {
	if (/^\s*<(?:\?xml|!DOCTYPE|[a-z][\w-]*[\s>])/i.test(text)) return 'a file of XML or HTML';
	const consul = /^Kind\s*=\s*"([\w-]+)"/m.exec(text);
	if (consul !== null) return `Kind = "${consul[1]}" (Consul, in HCL)`;
	const sections = text.match(/^\[[^\]\n:{}"]+\][ \t]*(?:[#;].*)?$/gm) ?? [];
	const settings = text.match(/^[ \t]*[\w.-]+[ \t]*=/gm) ?? [];
	if (sections.length === 0 || settings.length === 0) return null;
	const names = sections
		.slice(0, 3)
		.map((each) => each.replace(/[ \t]*[#;].*$/, ''))
		.join(', ');
	return `an INI file (${names}${sections.length > 3 ? ', ...' : ''}) of another program, and no AWS profile`;
}
