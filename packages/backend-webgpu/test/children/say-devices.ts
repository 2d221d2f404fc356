// Says which devices there are, and what would help where there are none.
import { webgpuBackend } from "../../src/index.ts";

const { devices } = webgpuBackend();
const list = await devices.list();
const lease = await devices.lease("webgpu:0").then(
  () => "leased",
  (error: { code?: string }) => error.code,
);
console.log(JSON.stringify({ list, remedy: await devices.remedy(), lease }));
