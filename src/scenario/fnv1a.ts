/** A short name for a text: FNV-1a, 64 bits. Not for secrets; it needs no `node:crypto`, so a browser gives the same. */

/**
 * FNV-1a over the UTF-8 bytes, 16 hex digits. The prime is 2^40 + 0x1b3; the product is made of two 32-bit halves.
 * Source: Fowler, Noll, Vo, offset basis 0xcbf29ce484222325.
 */
export function fnv1a(text: string): string {
	let [high, low] = [0xcbf29ce4, 0x84222325];
	for (const byte of new TextEncoder().encode(text)) {
		low = (low ^ byte) >>> 0;
		const product = low * 0x1b3;
		high = (high * 0x1b3 + Math.floor(product / 0x100000000) + (low << 8)) >>> 0;
		low = product >>> 0;
	}
	return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
