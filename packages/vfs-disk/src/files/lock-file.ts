import { hostname } from "node:os";
import { dirname } from "node:path";
import { PlatewrightError } from "@platewright/core";
import {
  closeFile,
  createFlags,
  makeFolders,
  openFile,
  readText,
  renameFile,
  statPath,
  touchFile,
  unlinkFile,
  writeSome,
} from "./calls.ts";
import { isAlive } from "./is-alive.ts";
import { hasCode } from "./storage-error.ts";

/** Who holds a lock, as its file says it. */
interface Holder {
  readonly process: number;
  readonly host: string;
  /** When it was taken, ISO 8601. */
  readonly since: string;
}

const beat = 15_000;
// A holder on another machine shows by its file's time that it lives.
const silence = 8 * beat;
const heldHere = new Set<string>();

/**
 * Takes the lock that a file is, and answers what gives it back. A lock whose process is no more is taken over: on this
 * machine at once, of another machine when the file was not touched for two minutes. Throws "exists", with the holder's
 * `process`, `host` and `since`, where somebody has it; what the system throws where the file can't be written.
 */
export async function lockFile(target: string, path: string): Promise<() => Promise<void>> {
  const mine = JSON.stringify({ process: process.pid, host: hostname(), since: new Date().toISOString() });
  while (!(await create(target, mine))) await removeIfAbandoned(target, path);
  heldHere.add(target);
  const pulse = setInterval(() => void touchFile(target).catch(() => undefined), beat);
  pulse.unref();
  return async () => {
    clearInterval(pulse);
    heldHere.delete(target);
    // A lock that was taken over is another's.
    if ((await contentOf(target)) === mine) await unlinkFile(target);
  };
}

async function create(target: string, content: string): Promise<boolean> {
  await makeFolders(dirname(target));
  let descriptor: number;
  try {
    descriptor = await openFile(target, createFlags, 0o666);
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
  try {
    await writeSome(descriptor, [new TextEncoder().encode(content)], 0);
    return true;
  } catch (error) {
    await unlinkFile(target).catch(() => undefined);
    throw error;
  } finally {
    await closeFile(descriptor);
  }
}

async function removeIfAbandoned(target: string, path: string): Promise<void> {
  const content = await contentOf(target);
  if (content === undefined) return;
  const holder = parseHolder(content);
  if (!(await isAbandoned(target, holder))) throw heldBy(holder, path);
  // Renamed first: of two who find it abandoned, the later must not remove the lock that the earlier has taken meanwhile.
  const aside = `${target}.${process.pid}.abandoned`;
  try {
    await renameFile(target, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  if ((await contentOf(aside)) === content) await unlinkFile(aside);
  else await renameFile(aside, target);
}

async function isAbandoned(target: string, holder: Holder | undefined): Promise<boolean> {
  if (holder?.host !== hostname()) return (await ageOf(target)) > silence;
  if (holder.process === process.pid) return !heldHere.has(target);
  return !isAlive(holder.process);
}

async function ageOf(target: string): Promise<number> {
  const found = await statPath(target).catch(() => undefined);
  return found ? Date.now() - found.mtimeMs : Number.POSITIVE_INFINITY;
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readText(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function parseHolder(content: string): Holder | undefined {
  try {
    const { process, host, since } = JSON.parse(content) as Holder;
    return Number.isInteger(process) && process > 0 ? { process, host, since } : undefined;
  } catch {
    return undefined;
  }
}

function heldBy(holder: Holder | undefined, path: string): PlatewrightError {
  const who = holder
    ? `process ${holder.process} on ${holder.host} since ${holder.since}`
    : "somebody who wrote nothing into it";
  return new PlatewrightError("exists", `${path} is held by ${who}.`, { path, ...holder });
}
