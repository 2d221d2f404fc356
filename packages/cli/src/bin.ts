#!/usr/bin/env node
import { Console } from "node:console";
import { main } from "./main.ts";

// stdout is for data: what a pipeline's functions print goes with the messages.
globalThis.console = new Console(process.stderr, process.stderr);

// A reader that leaves early, such as head, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

const code = await main(process.argv.slice(2));
// A pipeline's module may have left timers or sockets open; what was written must still get out before the end.
process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
