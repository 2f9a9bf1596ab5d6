/** Bytes of a file or of standard input, inflated where gzip has packed them, a piece at a time. */
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

export const CHUNK_BYTES = 1024 * 1024;

/** By its first two bytes, whatever its name. @param onBytes sees what comes in, as it lies there */
export async function unpacked(raw: Readable, onBytes: (bytes: Buffer) => void): Promise<AsyncIterable<Buffer>> {
	const chunks = raw[Symbol.asyncIterator]();
	const counted = async function* (): AsyncGenerator<Buffer> {
		for (let next = first; next.done !== true; next = await chunks.next()) {
			onBytes(next.value);
			yield next.value;
		}
	};
	const first: IteratorResult<Buffer> = await chunks.next();
	const isPacked = first.done !== true && first.value[0] === 0x1f && first.value[1] === 0x8b;
	return isPacked ? inflated(counted()) : counted();
}

/** What comes in is waited for, so that a slow reader does not pile it up. */
async function* inflated(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
	const feed = (async () => {
		try {
			for await (const chunk of packed) {
				if (!gunzip.write(chunk)) await new Promise((go) => gunzip.once('drain', go));
			}
			gunzip.end();
		} catch (error) {
			gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
		}
	})();
	yield* gunzip;
	await feed;
}
