import { writeSync } from "node:fs";
import { checkMemoryTypes } from "./memory-types.ts";

// The one line that the parent process reads; whatever libraries print goes elsewhere.
const found = await checkMemoryTypes();
writeSync(1, `\n${JSON.stringify(found)}\n`);
process.exit(0);
