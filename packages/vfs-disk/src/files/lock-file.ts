import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimes,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { threadId } from "node:worker_threads";
import { PlatewrightError } from "@platewright/core";
import { isAlive } from "./is-alive.ts";
import { hasCode, ifThere } from "./storage-error.ts";

/** Who holds a lock, as its file says it. */
interface Holder {
  readonly process: number;
  readonly host: string;
  /** When it was taken, ISO 8601. */
  readonly since: string;
}

const beat = 15_000;
// A holder of whom nothing else is known shows by its file's time that it lives.
const silence = 8 * beat;
// Of the whole process, whichever thread asks; once, for the clock of a machine that slept goes on without it.
const processStart = Date.now() - 1000 * process.uptime();

/**
 * Takes the lock that a file is, and answers what gives it back. A lock whose process is no more is taken over: on this
 * machine at once; of another machine, or of another thread of this process, when the file was not touched for two
 * minutes. Throws "exists", with the holder's `process`, `host` and `since`, where somebody has it; what the system throws
 * where the file can't be written.
 */
export function lockFile(target: string, path: string): () => void {
  const mine = JSON.stringify({ process: process.pid, host: hostname(), since: new Date().toISOString() });
  while (!create(target, mine)) removeIfAbandoned(target, path);
  const pulse = setInterval(() => utimes(target, new Date(), new Date(), () => undefined), beat);
  pulse.unref();
  return () => {
    clearInterval(pulse);
    // A lock that was taken over is another's.
    if (contentOf(target) === mine) unlinkSync(target);
  };
}

function create(target: string, content: string): boolean {
  mkdirSync(dirname(target), { recursive: true });
  let descriptor: number;
  try {
    descriptor = openSync(target, "wx");
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
  try {
    writeFileSync(descriptor, content);
    return true;
  } catch (error) {
    ifThere(() => unlinkSync(target));
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function removeIfAbandoned(target: string, path: string): void {
  const content = contentOf(target);
  if (content === undefined) return;
  const holder = parseHolder(content);
  if (!isAbandoned(target, holder)) throw heldBy(holder, path);
  // Renamed first: of two who find it abandoned, the later must not remove the lock that the earlier has taken meanwhile.
  const aside = `${target}.${process.pid}-${threadId}.abandoned`;
  ifThere(() => {
    renameSync(target, aside);
    if (contentOf(aside) === content) unlinkSync(aside);
    else renameSync(aside, target);
  });
}

function isAbandoned(target: string, holder: Holder | undefined): boolean {
  const isHere = holder?.host === hostname();
  if (isHere && holder.process !== process.pid) return !isAlive(holder.process);
  // A process that ended may have had the number of this one.
  if (isHere && Date.parse(holder.since) < processStart) return true;
  const stats = ifThere(() => statSync(target));
  return stats === undefined || Date.now() - stats.mtimeMs > silence;
}

function contentOf(path: string): string | undefined {
  return ifThere(() => readFileSync(path, "utf8"));
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
