/** Exact decimals: what was meant by the text of a number, for steps that must not drift. */
import { assert } from '../../kernel/errors.js';

/** units / 10^decimals; decimals may be negative. */
export interface Decimal {
	readonly units: bigint;
	readonly decimals: number;
}

/** The decimal that the shortest text of a number stands for: 0.1 is one tenth. */
export function readDecimal(value: number): Decimal {
	const found = /^(-?\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
	assert(found !== null, `${value} is no decimal`);
	const [, whole, fraction = '', exponent = '0'] = found;
	return { units: BigInt(whole + fraction), decimals: fraction.length - Number(exponent) };
}

/** The same values in units of one size. */
export function scaled(values: readonly Decimal[]): Decimal[] {
	const decimals = Math.max(...values.map((value) => value.decimals));
	return values.map((value) => ({ units: value.units * 10n ** BigInt(decimals - value.decimals), decimals }));
}

/** The nearest number; its shortest text is the decimal again, up to fifteen digits. */
export function toNumber({ units, decimals }: Decimal): number {
	return Number(`${units}e${-decimals}`);
}

/** Without an exponent, as people and scenarios write it: "0.0000001". */
export function decimalText({ units, decimals }: Decimal): string {
	if (decimals <= 0) return String(units * 10n ** BigInt(-decimals));
	const digits = String(units < 0n ? -units : units).padStart(decimals + 1, '0');
	const cut = digits.length - decimals;
	const fraction = digits.slice(cut).replace(/0+$/, '');
	return `${units < 0n ? '-' : ''}${digits.slice(0, cut)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Rounded towards minus infinity; `below` above 0. */
export function floorDivide(above: bigint, below: bigint): bigint {
	const towardsZero = above / below;
	return above % below < 0n ? towardsZero - 1n : towardsZero;
}
