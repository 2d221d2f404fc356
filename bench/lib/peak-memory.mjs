// The most memory this process has had resident, in bytes.
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
