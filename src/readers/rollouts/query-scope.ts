/**
 * Whom a query looks at: the new version alone, or both. Only a matcher with a name that the manifest gives to one version says so;
 * of any other the author is asked, since both readings differ by the share of the canary.
 */
import { UserError } from '../../kernel/errors.js';
import type { Field } from '../manifest/field.js';
import type { Notebook } from '../manifest/provenance-notes.js';
import { type Line, line } from '../manifest/yaml-writer.js';
import type { Matcher } from '../promql/parser.js';
import type { AnsweredQuery } from './answered-check.js';
import type { Answers } from './import-answers.js';
import type { VersionName } from './version-names.js';

/** What of a metric says whom it looks at. */
interface ScopedMetric {
	readonly name: string;
	readonly at: Field;
	readonly query: { readonly at: Field } | null;
	readonly builtIn: string | null;
	readonly versions: { readonly canary: readonly VersionName[]; readonly stable: readonly VersionName[] };
	readonly otherwise: 'rollout' | 'global';
}

/**
 * The matcher that names the new version; null where none does.
 * @throws UserError where one names the version before
 */
export function versionMatcher({ versions }: ScopedMetric, { matchers }: AnsweredQuery): Matcher | null {
	const side = (matcher: Matcher): 'new' | 'old' | null => {
		const [fresh, old] = [hits(matcher, versions.canary), hits(matcher, versions.stable)];
		if (fresh === old) return null;
		const positive = matcher.op === '=' || matcher.op === '=~';
		return fresh === positive ? 'new' : 'old';
	};
	const before = matchers.find((each) => side(each) === 'old');
	if (before !== undefined)
		throw new UserError(`it looks at the version before (${before.label}${before.op}"${before.value}")`);
	return matchers.find((each) => side(each) === 'new') ?? null;
}

/** Of a Deployment its pods bear the name, a hash of their template and one of their own. */
const POD = '-7d4b9c6f58-x2k4q';
const REPLICA_SET = '-7d4b9c6f58';

/** True where the value is one of the names, or an expression that fits one, its pods or its ReplicaSet. */
function hits({ label, op, value }: Matcher, names: readonly VersionName[]): boolean {
	const mine = names.filter((name) => name.label === null || name.label === label);
	if (mine.some(({ text }) => text === value || isHostOf(text, value))) return true;
	if (op === '=' || op === '!=') return false;
	// The hash of a version stands for it wherever it is written.
	if (mine.some(({ text }) => text.startsWith('<') && value.includes(text))) return true;
	const pattern = expression(value);
	if (pattern === null) return false;
	// Of an expression that fits anything nothing is said.
	if (pattern.test('')) return false;
	const ends = /replica_?set/i.test(label) ? [REPLICA_SET] : /pod/i.test(label) ? [POD] : ['', POD];
	return mine.some(({ text }) => ends.some((end) => pattern.test(`${text}${end}`)));
}

/** `shop.prod.svc.cluster.local` is the service shop. */
const isHostOf = (service: string, value: string): boolean =>
	value.startsWith(`${service}.`) && /^\.[\w-]+(?:\.svc(?:\.[\w.-]+)?)?$/.test(value.slice(service.length));

function expression(value: string): RegExp | null {
	try {
		return new RegExp(`^(?:${value})$`);
	} catch {
		return null;
	}
}

/** Labels that say what happened, and of nobody whose it was. */
const OF_OUTCOME =
	/^(?:status|code|le|reporter|method|quantile|grpc_(?:code|method|type)|(?:http_|response_|status_|envoy_)?(?:response_)?(?:code|status|status_code|code_class|class|flags)|response_flags)$/i;

export function scopeLine(
	watched: ScopedMetric,
	version: Matcher | null,
	{ matchers }: AnsweredQuery,
	answers: Answers,
	notes: Notebook,
): Line {
	const query = watched.query === null ? watched.at : watched.query.at;
	const answer = answers.scopes.get(watched.name);
	if (answer !== undefined)
		return line('scope', answer, notes.understood(query, `--scope says that ${watched.name} looks at ${WHO[answer]}`));
	if (version !== null) {
		const text = `${version.label}${version.op}"${version.value}" names the new version`;
		const guess = watched.versions.canary.some((name) => name.guess === true && name.text === version.value);
		const note = guess
			? notes.assumed(query, `${text}, as people use that word; nothing in the manifest says so (--scope)`)
			: notes.understood(query, text);
		return line('scope', 'rollout', note);
	}
	const naming = matchers.filter(({ label }) => !OF_OUTCOME.test(label));
	if (watched.builtIn !== null && watched.otherwise === 'rollout')
		return line('scope', 'rollout', notes.assumed(query, 'the query looks at the new version alone'));
	const name = /^[\w.-]+$/.test(watched.name) ? watched.name : `'${watched.name.replaceAll("'", '')}'`;
	const how = `say it with --scope ${name}=rollout, or =global`;
	const diluted = 'taken to see both versions, so that a small canary is lost in it';
	if (naming.length === 0) {
		const text = `no matcher names a version, so the query sees both: a small canary is lost in it (${how})`;
		return line('scope', 'global', notes.assumed(query, text));
	}
	const shown = naming.map(({ label, op, value }) => `${label}${op}"${value}"`).join(', ');
	const text = `does ${shown} name the new version alone, or both? It is ${diluted}; ${how}`;
	return line('scope', 'global', notes.asked(query, text, 'scope: rollout'));
}

const WHO = { rollout: 'the new version alone', global: 'both versions' } as const;
