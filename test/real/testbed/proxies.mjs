/** What may stand between clients and upstream: nginx and HAProxy as Debian has them, in a folder and on a port of their own. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const PROXIES = {
	nginx: {
		command: (dir, file) => ['nginx', ['-p', dir, '-c', file, '-e', 'stderr']],
		// All but the 503 and what it takes to run beside others is as it comes.
		config: (dir, port, ports) => `daemon off;
master_process off;
pid ${dir}/nginx.pid;
events { worker_connections 1024; }
http {
	access_log off;
	client_body_temp_path ${dir}/body;
	proxy_temp_path ${dir}/proxy;
	fastcgi_temp_path ${dir}/fastcgi;
	uwsgi_temp_path ${dir}/uwsgi;
	scgi_temp_path ${dir}/scgi;
	upstream nodes { ${ports.map((p) => `server 127.0.0.1:${p};`).join(' ')} }
	server {
		listen 127.0.0.1:${port};
		location / {
			proxy_pass http://nodes;
			proxy_next_upstream error timeout http_503;
		}
	}
}
`,
	},
	haproxy: {
		command: (_, file) => ['haproxy', ['-db', '-f', file]],
		config: (_, port, ports) => `global
	maxconn 1000
defaults
	mode http
	timeout connect 5s
	timeout client 1m
	timeout server 1m
	retry-on all-retryable-errors
frontend clients
	bind 127.0.0.1:${port}
	default_backend nodes
backend nodes
	balance roundrobin
${ports.map((p, i) => `	server node${i} 127.0.0.1:${p}`).join('\n')}
`,
	},
};

/** "nginx version: nginx/1.22.1" as "1.22.1"; null where it is not installed. */
export function versionOf(name) {
	const { stdout, stderr, error } = spawnSync(name, ['-v'], { encoding: 'utf8' });
	return error === undefined ? (/\d+\.\d+\.\d+/.exec(stdout + stderr)?.[0] ?? null) : null;
}

/** @returns the process, and the address at which it listens */
export async function startProxy(name, dir, ports) {
	mkdirSync(dir, { recursive: true });
	const port = await freePort();
	const { command, config } = PROXIES[name];
	const file = join(dir, `${name}.conf`);
	writeFileSync(file, config(dir, port, ports));
	const [program, args] = command(dir, file);
	const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
	const url = `http://127.0.0.1:${port}/`;
	await listening(child, port);
	return { child, url };
}

function freePort() {
	return new Promise((done) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => done(port));
		});
	});
}

/** Asks no question that the upstream would count: a connection is enough. */
async function listening(child, port) {
	const { connect } = await import('node:net');
	let said = '';
	child.stderr.on('data', (text) => {
		said += text;
	});
	for (let tries = 0; tries < 50; tries++) {
		if (child.exitCode !== null) break;
		const open = await new Promise((done) => {
			const socket = connect(port, '127.0.0.1', () => done(true)).on('error', () => done(false));
			socket.on('connect', () => socket.destroy());
		});
		if (open) return;
		await new Promise((done) => setTimeout(done, 50));
	}
	throw new Error(`${child.spawnfile} does not listen: ${said}`);
}
