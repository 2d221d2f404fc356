// Installs and builds what is missing, for the scripts that look at built files.
import { ensureBuilt } from "./setup/build.mjs";
import { ensureInstalled } from "./setup/install.mjs";

ensureInstalled();
ensureBuilt();
