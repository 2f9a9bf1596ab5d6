/**
 * Templates: texts that become a configuration only once somebody has filled them in. The faults to which their braces lead name
 * everything but the cause, and what parses all the same holds names where values will stand.
 */
import { InvalidScenario, issueAt } from '../../scenario/document/issue.js';
import type { Given } from './resources.js';

interface TemplateLanguage {
	readonly name: string;
	/** names of files */
	readonly file: RegExp;
	/** what only it writes */
	readonly mark: RegExp;
}

/** Variables of Argo, Flagger, Sloth and alert rules stand in braces as well, and are read. */
const OF_READERS =
	/\{\{\s*(?:(?:args|inputs)\.[\w.-]+|(?:name|namespace|target|service|ingress|route|interval)|\.window|variables\.[\w.-]+)\s*\}\}|\{\{\s*\$(?:labels|value)\b[^}]*\}\}/g;

const LANGUAGES: readonly TemplateLanguage[] = [
	{ name: 'ERB', file: /\.erb$/, mark: /<%[-=#]?[\s\S]*?%>/ },
	{ name: 'Jinja', file: /\.(?:j2|jinja2?)$/, mark: /\{%-?\s*\w+|\{#\s/ },
	{
		name: 'the braces of a Helm chart (or of another Go template)',
		file: /\.(?:tpl|gotmpl|tmpl|ctmpl)$/,
		mark: /\{\{-?\s*(?:\.|\$\w*|\/\*|"|\(|(?:if|else|end|range|include|with|template|define|block|toYaml|tpl|default|printf|quote|env|key|keyOrDefault|service|secret|getenv)\b)/,
	},
	{ name: 'names in braces', file: /\.(?:j2|jinja2?|tpl|tmpl|template)$/, mark: /\{\{-?\s*[A-Za-z_][\w.|()' -]*\}\}/ },
];

/** Of `envsubst`, whose marks other formats have too: told by the name of the file. */
const BY_NAME: TemplateLanguage = {
	name: 'envsubst or Terraform variables',
	file: /\.(?:tpl|tftpl|template|tmpl)$/,
	mark: /\$\{?[A-Za-z_]\w*\}?/,
};

/** @throws InvalidScenario for a text that is a template, at the line that shows it */
export function refuseTemplate({ file, text }: Given): void {
	const plain = text
		.replace(/^[ \t]*(?:#(?!\})|\/\/).*$/gm, '')
		.replace(OF_READERS, (found) => found.replace(/[^\n]/g, ' '));
	const found = LANGUAGES.find(({ mark }) => mark.test(plain)) ?? (BY_NAME.file.test(file) ? named(plain) : undefined);
	if (found === undefined) return;
	const at = found.mark.exec(plain);
	const line = plain.slice(0, at === null ? 0 : at.index).split('\n').length;
	const message = `found ${found.name}: this is a template, render it with helm template / envsubst first, or with what fills it in (${TOOLS[found.name] ?? 'its own tool'})`;
	throw new InvalidScenario([issueAt('error', { file, line, column: 1, set: null }, '', message)]);
}

const named = (plain: string): TemplateLanguage | undefined => (BY_NAME.mark.test(plain) ? BY_NAME : undefined);

const TOOLS: Readonly<Record<string, string>> = {
	ERB: 'erb, Puppet or Chef',
	Jinja: 'Ansible, Salt or jinja2',
	'the braces of a Helm chart (or of another Go template)': 'Helm, consul-template or gomplate',
	'names in braces': 'Ansible, Salt or mustache',
};
