/**
 * ingress-nginx: annotations of an Ingress. Its defaults (error and timeout, three tries, 60 s to read) are those of its ConfigMap,
 * which may set others. Source: rootfs/etc/nginx/lua/balancer.lua, where every try asks the balancer once more.
 */
import { SECOND } from '../../../kernel/units.js';
import { eachOf } from '../../manifest/collect-errors.js';
import type { Field } from '../../manifest/field.js';
import type { Resource } from '../../manifest/resources.js';
import { line } from '../../manifest/yaml-writer.js';
import { nginxDuration } from '../policy/duration-formats.js';
import type { RetryLayer } from '../policy/layer.js';
import type { Ledger } from '../policy/ledger.js';
import { nextServerLines } from './next-server.js';

const PREFIX = 'nginx.ingress.kubernetes.io/';
const LIKE = 'a number of seconds such as "60", or a duration such as 60s,';
const [DEFAULT_TRIES, DEFAULT_READ_S] = [3, 60];
/** Annotations of which one at least makes an Ingress a retry policy. */
const TELLING = /^proxy-(?:next-upstream|read-timeout)/;

const annotationsOf = (body: Field): Field => body.get('metadata').get('annotations');

export function isRetryingIngress({ kind, group, body }: Resource): boolean {
	if (kind !== 'Ingress' || !/^(?:networking\.k8s\.io|extensions)$/.test(group)) return false;
	const { node } = annotationsOf(body);
	return (
		node?.kind === 'map' &&
		[...node.entries.keys()].some((key) => key.startsWith(PREFIX) && TELLING.test(key.slice(PREFIX.length)))
	);
}

export function importIngress(resources: readonly Resource[], ledger: Ledger): RetryLayer[] {
	const layers = eachOf(resources.filter(isRetryingIngress), ({ body, name }): RetryLayer => {
		ledger.head(body);
		const annotations = annotationsOf(body);
		const note = ledger.understood(annotations, `ingress-nginx before the Ingress ${name}`);
		ledger.folded(body.get('spec'), 'spec: which paths lead to which service; all requests are meant here');
		const lines = ingressLines(annotations, ledger);
		const by = annotations.get(`${PREFIX}upstream-hash-by`);
		const sticky = annotations.get(`${PREFIX}affinity`);
		for (const field of [by, sticky].filter(({ given }) => given))
			ledger.assumed(
				field,
				'a hash or a cookie keeps clients at a server; not in the language, and round-robin is meant',
			);
		const balance = annotations.get(`${PREFIX}load-balance`);
		const ewma = balance.text() === 'ewma';
		if (balance.given && ewma)
			ledger.assumed(balance, 'load-balance: ewma: two-choices is the nearest (it looks at latency, not at load)');
		else if (balance.given) ledger.understood(balance, `load-balance: ${balance.text()}`);
		const edge = balance.given ? [line('choice', ewma ? 'two-choices' : 'round-robin')] : [];
		return { name, file: body.file, note, layer: 'proxy', lines, nodes: null, edge };
	});
	for (const { body } of resources.filter(isRetryingIngress)) ledger.rest(body);
	return layers;
}

function ingressLines(annotations: Field, ledger: Ledger): RetryLayer['lines'] {
	const at = (name: string): Field => annotations.get(`${PREFIX}${name}`);
	const [on, tries, whole, read] = [
		at('proxy-next-upstream'),
		at('proxy-next-upstream-tries'),
		at('proxy-next-upstream-timeout'),
		at('proxy-read-timeout'),
	];
	const count = tries.whole(0, 1_000_000);
	const attempts = count === null ? DEFAULT_TRIES : count === 0 ? Number.POSITIVE_INFINITY : count;
	const attemptsNote =
		count === null
			? ledger.assumed(annotations, `no proxy-next-upstream-tries: ${DEFAULT_TRIES} by default, the first included`)
			: ledger.understood(
					tries,
					count === 0
						? 'proxy-next-upstream-tries: 0 is no limit'
						: `proxy-next-upstream-tries: ${count}, the first included`,
				);
	const readUs = duration(read) ?? DEFAULT_READ_S * SECOND;
	const readNote = read.given
		? ledger.understood(read, `proxy-read-timeout: ${read.text()}, between two reads of a try`)
		: ledger.assumed(annotations, 'no proxy-read-timeout: 60s by default');
	for (const kind of ['connect', 'send']) {
		const other = at(`proxy-${kind}-timeout`);
		if (other.given)
			ledger.unexpressed(other, `proxy-${kind}-timeout: connecting and sending take no time of their own here`);
	}
	const wholeUs = duration(whole);
	const overall =
		wholeUs === null || wholeUs === 0
			? null
			: {
					us: wholeUs,
					note: ledger.understood(whole, `proxy-next-upstream-timeout: ${whole.text()}, looked at before each try`),
				};
	if (wholeUs === 0) ledger.understood(whole, 'proxy-next-upstream-timeout: 0 is no limit');
	const words = on.given ? (on.text() ?? '').trim().split(/\s+/) : ['error', 'timeout'];
	return nextServerLines({ from: annotations, attempts, attemptsNote, words, on, readUs, readNote, overall }, ledger);
}

/** A bare number counts seconds. */
function duration(field: Field): number | null {
	const text = field.text();
	if (text === null) return null;
	const us = nginxDuration(text.trim());
	if (us === null) throw field.wrong(LIKE);
	return us;
}
