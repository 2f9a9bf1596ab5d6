/** Packed logs: gzip and zstd give the same lines, and what unfolds into far too much is refused by its bytes, early. */
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TooWellPacked, unpacked } from '../../../../src/cli/input/decompress.js';

const MIB = 1024 * 1024;

async function unpack(packed: Buffer): Promise<{ text: Buffer; read: number }> {
	let read = 0;
	const raw = Readable.from([packed.subarray(0, 100), packed.subarray(100)]);
	const chunks: Buffer[] = [];
	for await (const chunk of await unpacked(raw, ({ length }) => {
		read += length;
	}))
		chunks.push(chunk);
	return { text: Buffer.concat(chunks), read };
}

const header = (...bytes: readonly number[]): Buffer => Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...bytes]);
/** Blocks of zstd, raw ones or one byte over and over. */
const block = (size: number, kind: 0 | 1, last: boolean, body: Buffer): Buffer => {
	const head = Buffer.alloc(3);
	head.writeUIntLE((size << 3) | (kind << 1) | Number(last), 0, 3);
	return Buffer.concat([head, body]);
};
const WINDOW_128K = 7 << 3;

describe('packed logs', () => {
	it('unfold by gzip, by zstd, or stand as they are', async () => {
		const text = Buffer.from('one line\nand another\n'.repeat(20));
		const zstd = Buffer.concat([header(0, WINDOW_128K), block(text.length, 0, true, text)]);
		for (const packed of [text, gzipSync(text), zstd]) {
			const { text: out, read } = await unpack(packed);
			expect(out.equals(text)).toBe(true);
			expect(read).toBe(packed.length);
		}
	});

	it('a bomb of gzip is refused after 64 MiB, and not at its end', async () => {
		const bomb = gzipSync(Buffer.alloc(300 * MIB, 97), { level: 9 });
		expect(bomb.length).toBeLessThan(MIB);
		await expect(unpack(bomb)).rejects.toThrow(TooWellPacked);
		await expect(unpack(bomb)).rejects.toThrow(/times its size so far, at most 200 times would do/);
	});

	it('a bomb of zstd is refused as early, and so is a window that takes the memory', async () => {
		const blocks = Array.from({ length: 8000 }, (_, i) => block(128 * 1024, 1, i === 7999, Buffer.from([97])));
		await expect(unpack(Buffer.concat([header(0, WINDOW_128K), ...blocks]))).rejects.toThrow(TooWellPacked);
		await expect(unpack(header(0, 21 << 3, 1, 0, 0))).rejects.toThrow('a window of 2048 MiB, at most 128 MiB');
	});

	it('a dull log that is packed to a hundredth is read', async () => {
		const noise = Array.from({ length: 1000 }, (_, i) => `${(i * 7919) % 1000} ${i}`).join(',');
		const text = Buffer.from(`${noise}\n`.repeat(10_000));
		const packed = gzipSync(text);
		expect(text.length / packed.length).toBeGreaterThan(50);
		expect((await unpack(packed)).text.length).toBe(text.length);
	});

	it.each([
		['gzip', gzipSync(Buffer.from('a line\n'.repeat(100))).subarray(0, 25)],
		['zstd', header(0, WINDOW_128K, 1)],
	])('a cut file of %s is an error', async (_, cut) => {
		await expect(unpack(cut)).rejects.toThrow();
	});
});
