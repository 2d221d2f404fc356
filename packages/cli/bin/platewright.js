#!/usr/bin/env node
// Stands in the checkout before anything is built, so that installing can link the command.
import("../dist/bin.js").catch((error) => {
  const unbuilt = error.code === "ERR_MODULE_NOT_FOUND" && String(error.message).includes("dist/bin.js");
  console.error(unbuilt ? "platewright is not built yet. Run: npm run build" : error);
  process.exit(1);
});
