/** Instants as logs write them, to whole microseconds of Unix time: ISO 8601, the common log format, and numbers since 1970. */

export interface LoggedInstant {
	readonly us: number;
	/** minutes east of UTC; null where nothing is said of the zone */
	readonly zoneMinutes: number | null;
}

const ISO =
	/^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(?:(Z|UTC)|([+-])(\d\d):?(\d\d)(?: UTC)?)?$/;
const CLF = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?: ([+-])(\d\d)(\d\d))?$/;
const RFC_1123 =
	/^(?:[A-Z][a-z]{2}, )?(\d\d?) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC|([+-])(\d\d)(\d\d))$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "2026-11-23T11:00:21.375Z", "2014-04-10 00:04:00"; null for anything else. A time of day that there is not is none. */
export function isoInstant(text: string): LoggedInstant | null {
	const found = ISO.exec(text);
	if (found === null) return null;
	const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', utc, sign, hours, minutes] = found;
	const zoneMinutes = utc !== undefined ? 0 : sign === undefined ? null : zone(sign, hours, minutes);
	const micros = fraction === '' ? 0 : Math.floor(Number(`0.${fraction}`) * 1e6 + 1e-6);
	return instantOf([year, month, day, hour, minute, second].map(Number), micros, zoneMinutes);
}

/** "23/Nov/2026:11:00:21 +0000". */
export function clfInstant(text: string): LoggedInstant | null {
	const found = CLF.exec(text);
	if (found === null) return null;
	const [, day, name, year, hour, minute, second, fraction, sign, hours, minutes] = found;
	const month = MONTHS.indexOf(name) + 1;
	const zoneMinutes = sign === undefined ? null : zone(sign, hours, minutes);
	const micros = fraction === undefined ? 0 : Math.round(Number(`0.${fraction}`) * 1e6);
	return instantOf([Number(year), month, ...[day, hour, minute, second].map(Number)], micros, zoneMinutes);
}

/** "Sat, 23 Nov 2024 10:20:00 GMT". */
function rfcInstant(text: string): LoggedInstant | null {
	const found = RFC_1123.exec(text);
	if (found === null) return null;
	const [, day, name, year, hour, minute, second, sign, hours, minutes] = found;
	const month = MONTHS.indexOf(name) + 1;
	const zoneMinutes = sign === undefined ? 0 : zone(sign, hours, minutes);
	return instantOf([Number(year), month, ...[day, hour, minute, second].map(Number)], 0, zoneMinutes);
}

/** A number since 1970, in whatever unit makes it a date between 1990 and 2100: s, ms, us or ns. */
export function epochInstant(value: number): LoggedInstant | null {
	for (const usPer of [1e6, 1e3, 1, 1e-3]) {
		const us = Math.round(value * usPer);
		if (us >= YEAR_1990_US && us < YEAR_2100_US) return { us, zoneMinutes: 0 };
	}
	return null;
}

/** Whatever a JSON field or a cell of a table holds. */
export function anyInstant(value: unknown): LoggedInstant | null {
	if (typeof value === 'number') return epochInstant(value);
	if (typeof value !== 'string') return null;
	if (/^\d+(\.\d+)?$/.test(value)) return epochInstant(Number(value));
	const iso = isoInstant(value);
	if (iso !== null) return iso;
	const bare = value.replace(/^\[|\]$/g, '');
	const clf = clfInstant(bare);
	return clf === null ? rfcInstant(bare) : clf;
}

const YEAR_1990_US = Date.UTC(1990) * 1000;
const YEAR_2100_US = Date.UTC(2100) * 1000;

const zone = (sign: string, hours: string, minutes: string): number =>
	(sign === '-' ? -1 : 1) * (60 * Number(hours) + Number(minutes));

function instantOf(
	[year, month, day, hour, minute, second]: readonly number[],
	micros: number,
	zoneMinutes: number | null,
): LoggedInstant | null {
	// 60 is a leap second; the next second then begins one later.
	if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return null;
	if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
	const ms = Date.UTC(year, month - 1, day, hour, minute, second);
	const offset = zoneMinutes === null ? 0 : zoneMinutes;
	return { us: ms * 1000 + micros - offset * 60e6, zoneMinutes };
}
