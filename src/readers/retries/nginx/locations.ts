/**
 * NGINX: what `proxy_next_upstream` and its kin make of a group of servers, each of which is tried once, without a delay.
 * Source: ngx_http_upstream.c and ngx_http_upstream_round_robin.c.
 */
import { formatDuration, SECOND } from '../../../kernel/units.js';
import type { Given } from '../../manifest/resources.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { nginxDuration } from '../policy/duration-formats.js';
import { present, type RetryLayer, time, triesLines } from '../policy/layer.js';
import type { Ledger } from '../policy/ledger.js';
import { allOf, type Directive, readDirectives, restOf, wrongDirective } from './directives.js';
import { causesOf, IDEMPOTENT } from './next-upstream.js';
import { type Group, groupOf, loneServer } from './upstream.js';

const PREFIXES = ['proxy', 'grpc', 'fastcgi', 'uwsgi', 'scgi'];
const DEFAULT_READ_US = 60 * SECOND;

/** A snippet inside a manifest of Kubernetes is none: the manifest is. */
export const isNginx = (text: string): boolean =>
	!/^\s*(?:- )?"?(?:kind|apiVersion)"?\s*:\s/m.test(text) &&
	/^[^#\n]*?\b(?:upstream\s+[\w.-]+\s*\{|(?:proxy|grpc|fastcgi|uwsgi|scgi)_(?:pass|next_upstream\w*)\s[^;\n]{0,400};)/m.test(
		text,
	);

export function importNginx(given: Given, ledger: Ledger): RetryLayer[] {
	const directives = readDirectives(given);
	const groups = allOf(directives, 'upstream').map((upstream) => groupOf(upstream, ledger));
	const passes = PREFIXES.flatMap((prefix) => allOf(directives, `${prefix}_pass`).map((pass) => ({ prefix, pass })));
	const layers = passes.map(({ prefix, pass }) => passLayer(given.file, prefix, pass, groups, directives, ledger));
	const met = new Set(layers.map(({ name }) => name));
	const alone = passes.length > 0 ? [] : groups.map((group) => groupLayer(given.file, group, directives, ledger));
	restOf(directives, ledger);
	return [...layers, ...alone.filter(({ name }) => !met.has(name))];
}

/** An upstream that nothing leads to in what is given: the settings above it, or the defaults. */
function groupLayer(file: string, group: Group, directives: readonly Directive[], ledger: Ledger): RetryLayer {
	ledger.assumed(group.from, `upstream ${group.name}: nothing here leads to it; it is met with proxy_pass`);
	return layerOf(file, 'proxy', group, settingsAt(null, directives), ledger);
}

function passLayer(
	file: string,
	prefix: string,
	pass: Directive,
	groups: readonly Group[],
	directives: readonly Directive[],
	ledger: Ledger,
): RetryLayer {
	const target = (pass.args[0] ?? '').replace(/^\w+:\/\//, '').replace(/[/?].*$/, '');
	const group = groups.find(({ name }) => name === target) ?? loneServer(target, pass);
	ledger.understood(pass, `${pass.name}: leads to ${group.servers === 1 ? 'one server' : `${group.servers} servers`}`);
	return layerOf(file, prefix, group, settingsAt(pass, directives), ledger);
}

/** A directive of the innermost block around the pass that has it. */
type Settings = (name: string) => Directive | undefined;

function settingsAt(pass: Directive | null, directives: readonly Directive[]): Settings {
	return (name) => {
		let around = pass?.parent ?? null;
		while (around !== null) {
			const found = around.children.find((each) => each.name === name);
			if (found !== undefined) return found;
			around = around.parent;
		}
		const above = pass === null ? allOf(directives, name) : directives.filter((each) => each.name === name);
		return above[0];
	};
}

function layerOf(file: string, prefix: string, group: Group, settings: Settings, ledger: Ledger): RetryLayer {
	const { name, from, active, servers, edge } = group;
	const note = ledger.understood(from, `NGINX before ${name}`);
	const lines = present([
		...triesOf(prefix, group, settings, ledger),
		timeoutOf(prefix, group, settings, ledger),
		overallOf(prefix, settings, ledger),
		group.breaker,
		line('target', 'next-node'),
	]);
	return { name, file, note, layer: 'proxy', lines, nodes: active, spares: servers - active, edge };
}

function triesOf(prefix: string, { servers, from }: Group, settings: Settings, ledger: Ledger): Line[] {
	const [on, tries] = [settings(`${prefix}_next_upstream`), settings(`${prefix}_next_upstream_tries`)];
	const words = on === undefined ? ['error', 'timeout'] : on.args;
	const limit = tries === undefined ? 0 : whole(tries);
	if (words.includes('off') || servers === 1) {
		const text = servers === 1 ? 'one server: there is no next one, and nothing is retried' : 'off: nothing is retried';
		if (servers === 1 && on !== undefined) ledger.read(on);
		if (tries !== undefined) ledger.read(tries);
		return [line('attempts', 1, ledger.understood(on !== undefined && servers > 1 ? on : from, text))];
	}
	const attempts = limit === 0 ? servers : Math.min(limit, servers);
	const all = `each of the ${servers} servers is tried once`;
	const attemptsNote =
		tries === undefined
			? ledger.assumed(from, `no ${prefix}_next_upstream_tries: ${all}, at once`)
			: ledger.understood(
					tries,
					limit === 0 ? `${tries.name} 0: ${all}, at once` : `${tries.name}: ${limit}, and no server twice`,
				);
	const where = on ?? from;
	const causes = words.flatMap((word) => causesOf(word, where, ledger));
	const said = `${on === undefined ? 'by default: ' : ''}${prefix}_next_upstream ${words.join(' ')}`;
	const lines = triesLines({ attempts, attemptsNote, on: causes, from: where, said }, ledger);
	if (lines.length === 1) return lines;
	const delay = line('backoff', { growth: 'none' }, ledger.understood(where, 'the next server is tried at once'));
	if (words.includes('non_idempotent')) return [...lines, delay];
	const note = ledger.understood(
		where,
		'no non_idempotent: POST, LOCK and PATCH go to one server, once they were sent',
	);
	ledger.unexpressed(where, 'a POST whose connection was refused would be tried again; here it is not');
	return [...lines, line('methods', IDEMPOTENT, note), line('networkMethods', IDEMPOTENT), delay];
}

function timeoutOf(prefix: string, { from }: Group, settings: Settings, ledger: Ledger): Line {
	for (const kind of ['connect', 'send']) {
		const other = settings(`${prefix}_${kind}_timeout`);
		if (other !== undefined)
			ledger.unexpressed(other, `${other.name}: connecting and sending take no time of their own here`);
	}
	const read = settings(`${prefix}_read_timeout`);
	if (read === undefined)
		return time('timeout', DEFAULT_READ_US, ledger.assumed(from, `no ${prefix}_read_timeout: 60s by default`));
	return time(
		'timeout',
		duration(read),
		ledger.understood(read, `${read.name}: ${read.args.join(' ')}, between two reads`),
	);
}

function overallOf(prefix: string, settings: Settings, ledger: Ledger): Line | null {
	const field = settings(`${prefix}_next_upstream_timeout`);
	if (field === undefined) return null;
	const us = duration(field);
	if (us === 0) {
		ledger.understood(field, `${field.name} 0: no limit`);
		return null;
	}
	const note = ledger.understood(field, `${field.name}: looked at only before the next server is tried`);
	return line('overall', { after: formatDuration(us), checked: 'before-try' }, note);
}

function duration(directive: Directive): number {
	const us = nginxDuration(directive.args[0] ?? '');
	if (us === null) throw wrongDirective(directive, 'a duration such as 10s, 500ms or 1m30s');
	return us;
}

function whole(directive: Directive): number {
	const [text = ''] = directive.args;
	if (!/^\d{1,6}$/.test(text)) throw wrongDirective(directive, 'a whole number');
	return Number(text);
}
