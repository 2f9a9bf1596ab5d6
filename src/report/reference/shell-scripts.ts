/** Completion scripts for shells: words for commands, flags, choices of a flag and names that a command takes; files beside them. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export interface Completion {
	readonly command: string;
	readonly help: string;
	readonly flags: readonly string[];
	/** of a flag that takes one of a few words */
	readonly choices: Readonly<Record<string, readonly string[]>>;
	/** what may stand as its first argument, beside files */
	readonly names: readonly string[];
}

/** @returns with a line feed at its end */
export function shellScript(shell: Shell, completions: readonly Completion[]): string {
	if (shell === 'fish') return fish(completions);
	// zsh runs scripts of bash once it is asked to.
	const head =
		shell === 'zsh' ? ['autoload -U +X compinit && compinit', 'autoload -U +X bashcompinit && bashcompinit'] : [];
	return `${[...head, ...bash(completions)].join('\n')}\n`;
}

function bash(completions: readonly Completion[]): string[] {
	const words = completions.map(({ command }) => command).join(' ');
	return [
		'_retrystorm() {',
		// biome-ignore lint/suspicious/noTemplateCurlyInString: variables of bash
		'	local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" command="" flags="" names=""',
		// biome-ignore lint/suspicious/noTemplateCurlyInString: variables of bash
		'	[ "$COMP_CWORD" -gt 1 ] && command="${COMP_WORDS[1]}"',
		`	if [ -z "$command" ]; then COMPREPLY=($(compgen -W "${words}" -- "$word")); return; fi`,
		'	case "$command $before" in',
		...completions.flatMap(({ command, choices }) =>
			Object.entries(choices).map(
				([flag, those]) =>
					`		"${command} ${flag}") COMPREPLY=($(compgen -W "${those.join(' ')}" -- "$word")); return ;;`,
			),
		),
		'	esac',
		'	case "$command" in',
		...completions.map(
			({ command, flags, names }) => `		${command}) flags="${flags.join(' ')}"; names="${names.join(' ')}" ;;`,
		),
		'	esac',
		'	case "$word" in',
		'		-*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;',
		'		*) COMPREPLY=($(compgen -W "$names" -- "$word") $(compgen -f -- "$word")) ;;',
		'	esac',
		'}',
		'complete -o filenames -F _retrystorm retrystorm',
	];
}

function fish(completions: readonly Completion[]): string {
	const none = '__fish_use_subcommand';
	const lines = completions.flatMap(({ command, help, flags, choices, names }) => {
		const condition = `__fish_seen_subcommand_from ${command}`;
		return [
			`complete -c retrystorm -n ${none} -a ${command} -d ${quoted(help)}`,
			...flags.map((flag) => {
				const [kind, name] = flag.startsWith('--') ? ['-l', flag.slice(2)] : ['-s', flag.slice(1)];
				const those = choices[flag];
				return `complete -c retrystorm -n '${condition}' ${kind} ${name}${those === undefined ? '' : ` -xa ${quoted(those.join(' '))}`}`;
			}),
			...(names.length === 0 ? [] : [`complete -c retrystorm -n '${condition}' -a ${quoted(names.join(' '))}`]),
		];
	});
	return `${lines.join('\n')}\n`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;
