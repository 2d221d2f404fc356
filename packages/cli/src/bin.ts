#!/usr/bin/env node
import { Console } from "node:console";
import { main, tellError } from "./main.ts";

const argv = process.argv.slice(2);

// stdout is for data: what a pipeline's functions print goes with the messages.
globalThis.console = new Console(process.stderr, process.stderr);

process.stdout.on("error", endUnprinted);

// Whoever read the messages has left: no reason to end a run.
process.stderr.on("error", () => {});

// What a pipeline's functions throw where nobody waits for it, such as in a timer.
process.on("uncaughtException", (thrown) => {
  tellError(thrown, argv).then(
    () => end(1),
    // Told by hand where even that fails, as while the program is being installed anew: to throw again would never end.
    () => {
      process.stderr.write(`Error: ${String(thrown)}\n`);
      process.exit(1);
    },
  );
});

end(await main(argv));

/** A pipeline's module may have left timers or sockets open; what was written must still get out before the end. */
function end(code: number): void {
  process.stdout.write("", (error) => {
    if (error) endUnprinted(error);
    else process.stderr.write("", () => process.exit(code));
  });
}

/** Ends where stdout takes nothing more. A reader that leaves early, such as head, is no error; a full disk is. */
function endUnprinted(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  const sentence = `Error: What was to be printed can't be written: ${error.message}. Give stdout another place.\n`;
  process.stderr.write(sentence, () => process.exit(1));
}
