/** Values of published.json: "560/s", "33s" (microseconds here), "1%", true, 0.5. */
const US = { ms: 1e3, s: 1e6, m: 6e7 };

/** Microseconds of "33s". */
export function seconds(text) {
	const [, value, unit] = /^([\d.]+)(ms|s|m)$/.exec(text);
	return Number(value) * US[unit];
}

export function number(value) {
	if (typeof value !== 'string') return Number(value);
	if (value.endsWith('/s')) return Number(value.slice(0, -2));
	if (value.endsWith('%')) return Number(value.slice(0, -1)) / 100;
	return /(ms|s|m)$/.test(value) ? seconds(value) : Number(value);
}
