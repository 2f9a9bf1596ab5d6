/** resilience4j: the settings of an instance, its own over those of its baseConfig over those of `configs.default`. */
import type { Field } from '../../manifest/field.js';
import type { Ledger } from '../policy/ledger.js';
import { relaxed } from '../policy/spellings.js';

export interface Settings {
	/** the innermost that writes it; one that is missing where none does */
	get(name: string): Field;
}

/** @param module `resilience4j.retry` and its like */
export function configured(module: Field, instance: Field, name: string, ledger: Ledger): Settings {
	const configs = module.get('configs');
	const base = relaxed(instance, 'baseConfig');
	const based = base.text();
	const own = configs.get(based ?? 'default');
	if (based !== null) {
		if (!own.given) throw base.refused(`found "${based}", the name of one of \`configs\` would do`);
		ledger.understood(base, `baseConfig: ${name} takes from ${based} what it does not say itself`);
	}
	const fallback = configs.get('default');
	if (fallback.given && fallback.path !== instance.path)
		ledger.understood(fallback, `configs.default is merged into ${name}, as into every instance`);
	const layers = [instance, own, fallback];
	return {
		get(setting) {
			const found = layers.map((layer) => relaxed(layer, setting)).find(({ given }) => given);
			if (found === undefined) return relaxed(instance, setting);
			// What it overrides has been looked at as well.
			for (const layer of layers) ledger.read(relaxed(layer, setting));
			return found;
		},
	};
}

/** A setting under its name of today, or the one that it had before. */
export function either(settings: Settings, name: string, before: string): Field {
	const [now, then] = [settings.get(name), settings.get(before)];
	return now.given || !then.given ? now : then;
}
