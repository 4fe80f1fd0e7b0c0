import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, startProgram, type Server } from './process.ts'
import { findTool, type Role } from './tools.ts'

export const nginx = findTool('nginx')
export const haproxy = findTool('haproxy')

/** 250 bytes of JSON, what every upstream answers. */
export const body = JSON.stringify({ pad: 'x'.repeat(240) })

/** nginx in one process, from a configuration of its own below `folder`. */
async function startNginx (role: Role, folder: string, name: string, http: (port: number) => string): Promise<Server> {
  const port = await freePort()
  const home = join(folder, name)
  await mkdir(home, { recursive: true })
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(kind => `${kind}_temp_path ${home}/${kind};`).join(' ')
  await writeFile(join(home, 'nginx.conf'), `
daemon off; master_process off; worker_processes 1; pid ${home}/pid; error_log stderr warn;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000; ${temporary}
  ${http(port)}
}
`)
  return startProgram(role, nginx!, ['-p', home, '-c', join(home, 'nginx.conf'), '-e', 'stderr'], port)
}

async function startHaproxy (role: Role, folder: string, name: string, rest: (port: number) => string): Promise<Server> {
  const port = await freePort()
  const file = join(folder, `${name}.cfg`)
  await writeFile(file, `
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
  http-reuse always
${rest(port)}
`)
  return startProgram(role, haproxy!, ['-db', '-f', file], port)
}

/** An upstream that answers at once, without reading a body: nginx. */
export function nginxUpstream (folder: string): Promise<Server> {
  return startNginx('load', folder, 'upstream', port => `
  default_type application/json;
  server { listen 127.0.0.1:${port}; location / { return 200 '${body}'; } }`)
}

/** An upstream that reads a body of at most 15 kB whole before it answers: HAProxy. */
export function haproxyUpstream (folder: string): Promise<Server> {
  return startHaproxy('load', folder, 'upstream', port => `
frontend upstream
  bind 127.0.0.1:${port}
  option http-buffer-request
  http-request return status 200 content-type application/json string '${body}'`)
}

/** nginx as a proxy with connections kept to the upstream. */
export function nginxProxy (folder: string, upstream: string, name: string): Promise<Server> {
  return startNginx('server', folder, name, port => `
  upstream backend { server ${new URL(upstream).host}; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }`)
}

/** HAProxy as a proxy, one thread. */
export function haproxyProxy (folder: string, upstream: string, name: string): Promise<Server> {
  return startHaproxy('server', folder, name, port => `
frontend front
  bind 127.0.0.1:${port}
  default_backend back
backend back
  server upstream ${new URL(upstream).host}`)
}
