/**
 * AWS: `retry_mode` and `max_attempts` of the profiles of a shared config file, or the variables of the same meaning. What a mode
 * does is a preset of ours, as it is code of the SDKs and not configuration.
 */
import { InvalidScenario, issueAt } from '../../scenario/document/issue.js';
import type { Given } from '../manifest/resources.js';
import { type Line, line } from '../manifest/yaml-writer.js';
import { present, type RetryLayer } from './policy/layer.js';
import type { Ledger, WrittenField } from './policy/ledger.js';

/** Each mode by the SDK that stands for all. */
const PRESETS = new Map([
	['standard', 'aws-js-v3-standard-2026'],
	['adaptive', 'aws-js-v3-adaptive-2026'],
	['legacy', 'botocore-legacy'],
]);
const VARIABLES = new Map([
	['AWS_RETRY_MODE', 'retry_mode'],
	['AWS_MAX_ATTEMPTS', 'max_attempts'],
	['AWS_DEFAULTS_MODE', 'defaults_mode'],
]);
const KEYS = ['retry_mode', 'max_attempts', 'defaults_mode'];

/** Sections of AWS alone; those of a credentials file bear names of profiles, and hold keys that begin with aws_. */
const SECTION = /^\[[ \t]*(?:default|(?:profile|sso-session|services)[ \t]+[^\]\n]+|preview|plugins)[ \t]*\]/;
const OWN_KEY =
	/^[ \t]*(?:retry_mode|defaults_mode|aws_\w+|sso_\w+|role_arn|role_session_name|source_profile|credential_process|credential_source|mfa_serial|cli_\w+|sts_regional_endpoints)[ \t]*=/m;
const SHARED_KEY = /^[ \t]*(?:max_attempts|region|output)[ \t]*=/;

/** Any INI file has sections: one of AWS has its sections alone, and its keys. */
export function isAwsProfile(text: string): boolean {
	if (/^[ \t]*(?:export[ \t]+)?AWS_(?:RETRY_MODE|MAX_ATTEMPTS|DEFAULTS_MODE)=/m.test(text)) return true;
	const lines = text.split('\n');
	const sections = lines.filter((each) => /^\[[^\]]+\]\s*(?:[#;].*)?$/.test(each));
	if (sections.length === 0) return false;
	if (!sections.every((each) => SECTION.test(each))) return sections.length > 0 && isCredentials(text);
	const keys = lines.filter((each) => /^[\w.-]+[ \t]*=/.test(each.trim()));
	return OWN_KEY.test(text) || (keys.length > 0 && keys.every((each) => SHARED_KEY.test(each)));
}

/** Each section has the key of an account. */
const isCredentials = (text: string): boolean =>
	text
		.split(/^\[/m)
		.slice(1)
		.every(
			(section) =>
				/^[ \t]*aws_(?:access_key_id|secret_access_key|session_token)[ \t]*=/m.test(section) ||
				SECTION.test(`[${section}`),
		);

interface Setting extends WrittenField {
	readonly key: string;
	/** 1-based */
	readonly column: number;
	readonly value: string;
}
interface Profile extends WrittenField {
	readonly name: string;
	readonly settings: Setting[];
}

export function importAws(given: Given, ledger: Ledger): RetryLayer[] {
	return readProfiles(given, ledger).flatMap((profile) => {
		const mine = profile.settings.filter(({ key }) => KEYS.includes(key));
		for (const other of profile.settings.filter((each) => !mine.includes(each)))
			ledger.unexpressed(other, `${other.key}: not read by this import; it is left out`);
		if (mine.length === 0) {
			ledger.understood(profile, `profile ${profile.name} says nothing of retries; it is left out`);
			return [];
		}
		const note = ledger.understood(profile, `profile ${profile.name} of AWS`);
		const lines = present([...modeLines(profile, given.file, ledger)]);
		return [{ name: profile.name, file: given.file, note, layer: 'sdk' as const, lines, nodes: null }];
	});
}

function modeLines(profile: Profile, file: string, ledger: Ledger): (Line | null)[] {
	const last = (key: string): Setting | undefined => profile.settings.filter((each) => each.key === key).at(-1);
	const [mode, most, defaults] = [last('retry_mode'), last('max_attempts'), last('defaults_mode')];
	if (defaults !== undefined)
		ledger.unexpressed(
			defaults,
			`defaults_mode: ${defaults.value}: what it sets beside retry_mode, time-outs above all, is left out`,
		);
	const name = mode === undefined ? 'standard' : mode.value.toLowerCase();
	const preset = PRESETS.get(name);
	if (mode !== undefined && preset === undefined) throw refused(file, mode, 'standard, adaptive or legacy');
	const note =
		mode === undefined
			? ledger.assumed(profile, 'no retry_mode: standard, the default of the SDKs since 2026 (older Python: legacy)')
			: ledger.assumed(mode, `retry_mode: ${name}: every SDK reads it; ${preset} stands for all`);
	return [line('preset', preset ?? null, note), attemptsLine(most, file, ledger)];
}

function attemptsLine(most: Setting | undefined, file: string, ledger: Ledger): Line | null {
	if (most === undefined) return null;
	const attempts = Number(most.value);
	if (!Number.isInteger(attempts) || attempts < 1) throw refused(file, most, 'a whole number from 1');
	const text = `max_attempts: ${attempts}, the first included (in the code of boto3 the same name counts retries)`;
	return line('attempts', attempts, ledger.understood(most, text));
}

function readProfiles({ file, text }: Given, ledger: Ledger): Profile[] {
	const profiles: Profile[] = [];
	text.split('\n').forEach((raw, i) => {
		const place = `${file}:${i + 1}`;
		const at = { place, path: 'line' };
		const head = /^\[\s*(?:profile\s+)?([^\]]+?)\s*\]/.exec(raw);
		if (head !== null) {
			profiles.push({ name: head[1], settings: [], ...at });
			return;
		}
		const found = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*?)\s*$/.exec(raw.replace(/\s[#;].*$/, ''));
		if (raw.trim() === '' || /^\s*[#;]/.test(raw)) return;
		if (found === null) {
			ledger.unexpressed(at, 'neither a profile nor a setting');
			return;
		}
		const key = VARIABLES.get(found[1]) ?? found[1];
		if (profiles.length === 0) profiles.push({ name: 'environment', settings: [], place, path: 'environment' });
		const column = raw.search(/\S/) + 1;
		profiles.at(-1)?.settings.push({ key, column, value: found[2].replace(/^(["'])(.*)\1$/, '$2'), place, path: key });
	});
	return profiles;
}

function refused(file: string, { place, key, value, column }: Setting, like: string): InvalidScenario {
	const line = Number(place.slice(place.lastIndexOf(':') + 1));
	const message = `found "${value}", ${like} would do`;
	return new InvalidScenario([issueAt('error', { file, line, column, set: null }, key, message)]);
}
