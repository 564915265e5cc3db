// Downloads a repository into a cache with Hugging Face's own client: node download.mjs FILES CACHE COMMIT. The hub is a folder, which answers as the hub does.
// What is called *.bin or *.safetensors is kept as git LFS keeps it, all else as git does.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { snapshotDownload } from '@huggingface/hub';

const [files, cacheDir, commit] = process.argv.slice(2);
const hubUrl = 'http://hub.invalid';

function entry(path) {
  const status = statSync(join(files, path));
  if (status.isDirectory()) return { type: 'directory', path, size: 0, oid: '0'.repeat(40) };
  const bytes = readFileSync(join(files, path));
  const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  const large = /\.(bin|safetensors)$/.test(path);
  const lfs = { oid: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, pointerSize: 130 };
  return { type: 'file', path, size: bytes.length, oid, ...(large && { lfs }), lastCommit: { id: commit, title: 'model', date: '2026-01-01T00:00:00Z' } };
}

function file(path, headers) {
  const bytes = readFileSync(join(files, path));
  const range = /^bytes=(\d+)-(\d*)$/.exec(new Headers(headers).get('range') ?? '');
  const [from, to] = range ? [Number(range[1]), range[2] ? Math.min(Number(range[2]) + 1, bytes.length) : bytes.length] : [0, bytes.length];
  return new Response(bytes.subarray(from, to), {
    status: range ? 206 : 200,
    headers: { ETag: `"${entry(path).oid}"`, ...(range && { 'Content-Range': `bytes ${from}-${to - 1}/${bytes.length}` }) },
  });
}

async function fetch(address, options) {
  const { origin, pathname } = new URL(address);
  const path = decodeURIComponent(pathname);
  if (origin !== hubUrl) throw new Error(`not the hub: ${address}`);
  if (path.startsWith('/api/models/org/name/revision/')) return Response.json({ _id: '1', id: 'org/name', sha: commit, lastModified: '2026-01-01T00:00:00Z' });
  if (path.startsWith('/api/models/org/name/tree/')) return Response.json(readdirSync(files, { recursive: true }).map(name => entry(name)));
  if (path.startsWith('/api/models/org/name/paths-info/')) return Response.json(JSON.parse(options.body).paths.map(entry));
  const resolve = `/org/name/resolve/${commit}/`;
  if (path.startsWith(resolve)) return file(path.slice(resolve.length), options?.headers);
  return new Response('', { status: 404 });
}

console.log(await snapshotDownload({ repo: 'org/name', cacheDir, hubUrl, fetch }));
