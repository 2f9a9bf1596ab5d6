/** Reads files in folders of results. A symbolic link there is not followed: it may lead anywhere. */
import { closeSync, constants, openSync, readFileSync } from 'node:fs';

/** @throws what the system says, or that it is a symbolic link */
export function readResultFile(file: string): string {
	let open: number;
	try {
		open = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw code === 'ELOOP' ? new Error(`${file} is a symbolic link, which is not followed`) : error;
	}
	try {
		return readFileSync(open, 'utf8');
	} finally {
		closeSync(open);
	}
}
