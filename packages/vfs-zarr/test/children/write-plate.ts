import { joinIn, writeWells } from "../plates.ts";

// write-plate <folder> <finish|leave> <wells…>: joins in writing a declared plate; says when it begins and when it is done.
const [folder = "", mode = "", ...wells] = process.argv.slice(2);
const store = await joinIn(folder);
console.log("begins");
await writeWells(store, wells, [90, 70]);
if (mode === "finish") await store.finish();
console.log("done");
