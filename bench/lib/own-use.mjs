// What this process has used: the most memory it had resident, in bytes, and processor time of all its threads.
import { readFileSync } from "node:fs";

// Linux's own high-water mark is of this program alone; ru_maxrss also counts what its parent held when it was started.
export function peakMemory() {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"));
    return Number(kilobytes) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

export function cpuMilliseconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
