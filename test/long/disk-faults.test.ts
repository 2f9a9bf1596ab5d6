/** A fault at every system call of every command that writes. Run by `npm run test:long`. */
process.env.DISK_FAULTS = 'all';

await import('../claims/executors/disk-faults.test.js');
