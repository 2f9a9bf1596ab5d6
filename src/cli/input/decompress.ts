/**
 * Bytes of a file or of standard input, unpacked where gzip or zstd has packed them, a piece at a time. What unfolds into far more than
 * a log does is refused by its bytes, long before it is read to its end.
 */
import type { Readable, Writable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';

export const CHUNK_BYTES = 1024 * 1024;

/** Logs are packed to a tenth, the dullest to a hundredth; a bomb to a thousandth or less. */
const MOST_TIMES = 200;
/** Less than this harms nobody, however well it is packed. */
const HARMLESS_BYTES = 64 * 1024 * 1024;
/** What zstd itself refuses unless told otherwise. */
const MOST_WINDOW_BYTES = 128 * 1024 * 1024;

/** Packed bytes that are unpacked at once. Of gzip each makes a thousand at most; a block of zstd takes 4 bytes and makes 128 KiB. */
const GZIP_PIECE = 16 * 1024;
const ZSTD_PIECE = 1024;

/** A packed file that unfolds into too much. */
export class TooWellPacked extends Error {}

/** By its first bytes, whatever its name. @param onBytes sees what comes in, as it lies there */
export async function unpacked(raw: Readable, onBytes: (bytes: Buffer) => void): Promise<AsyncIterable<Buffer>> {
	const chunks = raw[Symbol.asyncIterator]();
	const whole = async function* (): AsyncGenerator<Buffer> {
		for (let next = first; next.done !== true; next = await chunks.next()) {
			onBytes(next.value);
			yield next.value;
		}
	};
	let packed = 0;
	/** In small pieces, so that what has come out is held against what has gone in, and not against what was read ahead. */
	const pieces = async function* (most: number): AsyncGenerator<Buffer> {
		for await (const chunk of whole()) {
			for (let from = 0; from < chunk.length; from += most) {
				const piece = chunk.subarray(from, from + most);
				packed += piece.length;
				yield piece;
			}
		}
	};
	const first: IteratorResult<Buffer> = await chunks.next();
	const head: Buffer = first.done === true ? Buffer.alloc(0) : first.value;
	if (head[0] === 0x1f && head[1] === 0x8b) return bounded(gunzipped(pieces(GZIP_PIECE)), () => packed);
	if (head.length > 4 && head.readUInt32LE(0) === 0xfd2fb528) {
		const window = zstdWindowBytes(head);
		if (window > MOST_WINDOW_BYTES)
			throw new TooWellPacked(
				`it is packed with a window of ${Math.round(window / 1024 ** 2)} MiB, at most 128 MiB would do`,
			);
		return bounded(unzstd(pieces(ZSTD_PIECE)), () => packed);
	}
	return whole();
}

async function* bounded(plain: AsyncIterable<Buffer>, packed: () => number): AsyncGenerator<Buffer> {
	let bytes = 0;
	for await (const chunk of plain) {
		bytes += chunk.length;
		if (bytes > HARMLESS_BYTES && bytes > MOST_TIMES * packed()) {
			const times = Math.floor(bytes / packed());
			throw new TooWellPacked(
				`it unfolds into ${times} times its size so far, at most ${MOST_TIMES} times would do; unpack it first if it is a log`,
			);
		}
		yield chunk;
	}
}

/** Until a stream takes more, or is closed: both listeners go with the first of the two. */
const room = (stream: Writable): Promise<void> =>
	new Promise((go) => {
		const done = (): void => {
			stream.off('drain', done).off('close', done);
			go();
		};
		stream.on('drain', done).on('close', done);
	});

/** What comes in is waited for, so that a slow reader does not pile it up. */
async function* gunzipped(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
	const feed = (async () => {
		try {
			for await (const chunk of packed) {
				if (!gunzip.write(chunk)) await room(gunzip);
				if (gunzip.destroyed) return;
			}
			gunzip.end();
		} catch (error) {
			gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
		}
	})();
	yield* gunzip;
	await feed;
}

async function* unzstd(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	let ready: Buffer[] = [];
	const stream = new Decompress((chunk) => ready.push(Buffer.from(chunk)));
	for await (const piece of packed) {
		stream.push(piece);
		yield* ready;
		ready = [];
	}
	stream.push(new Uint8Array(0), true);
	yield* ready;
}

/** Of a frame (RFC 8878, section 3.1.1.1): what it says of its window, or of all of it where that is one segment. */
function zstdWindowBytes(head: Buffer): number {
	const descriptor = head[4];
	if ((descriptor & 0x20) === 0) {
		const base = 2 ** (10 + (head[5] >> 3));
		return base + (base / 8) * (head[5] & 7);
	}
	const at = 5 + [0, 1, 2, 4][descriptor & 3];
	const size = [1, 2, 4, 8][descriptor >> 6];
	if (head.length < at + size) return 0;
	return size === 8 ? Number(head.readBigUInt64LE(at)) : head.readUIntLE(at, size);
}
