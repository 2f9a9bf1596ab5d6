/** How much memory the tables of a run take: the bytes of their typed columns, whoever holds them. */

/** Columns below so many levels of arrays and objects are somebody else's. */
const DEEPEST = 3;

/** @param tables objects whose fields are columns, or hold tables themselves */
export function tableBytes(tables: readonly unknown[]): number {
	const counted = new Set<ArrayBufferLike>();
	const bytesOf = (value: unknown, depth: number): number => {
		if (ArrayBuffer.isView(value)) {
			if (counted.has(value.buffer)) return 0;
			counted.add(value.buffer);
			return value.buffer.byteLength;
		}
		if (value === null || typeof value !== 'object' || depth === DEEPEST) return 0;
		let bytes = 0;
		for (const part of Array.isArray(value) ? value : Object.values(value)) bytes += bytesOf(part, depth + 1);
		return bytes;
	};
	return tables.reduce<number>((sum, table) => sum + bytesOf(table, 0), 0);
}
