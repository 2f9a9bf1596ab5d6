/**
 * page.json as text: what a page shows beyond summary.json, with a checksum of either. A page is made of them without asking every
 * field for its type, so that a file that was cut, edited or mixed with another run's is refused instead of shown as `NaN%`.
 */
import { crc32 } from 'node:zlib';

const HEAD = /^\{"crc":"([0-9a-f]{8})","summaryCrc":"([0-9a-f]{8})",/;
const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');
const checksumOf = (value: unknown): string => checksum(JSON.stringify(value ?? null));

/** @param summary what stands in summary.json beside it; null where none does */
export function pageRecord(extra: object, summary: unknown): string {
	const body = JSON.stringify(extra);
	return `{"crc":"${checksum(body)}","summaryCrc":"${checksumOf(summary)}",${body.slice(1)}\n`;
}

export interface PageRecord {
	readonly extra: unknown;
	/** whether this is the summary that it was written beside */
	belongsTo(summary: unknown): boolean;
}

/**
 * @returns 'no checksum' where there is none, as older versions wrote it; null where it is JSON, and not what was written
 * @throws SyntaxError
 */
export function readPageRecord(text: string): PageRecord | 'no checksum' | null {
	const { crc: crcThere, summaryCrc: summaryCrcThere, ...extra } = Object(JSON.parse(text));
	if (crcThere === undefined && summaryCrcThere === undefined) return 'no checksum';
	const found = HEAD.exec(text);
	if (found === null) return null;
	const [head, crc, summaryCrc] = found;
	if (checksum(`{${text.slice(head.length).trimEnd()}`) !== crc) return null;
	return { extra, belongsTo: (summary) => checksumOf(summary) === summaryCrc };
}
