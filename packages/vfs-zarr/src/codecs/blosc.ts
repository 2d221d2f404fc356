// placeholder until the wasm is there
export async function decodeBlosc(bytes: Uint8Array, size?: number): Promise<Uint8Array> {
  const { default: Blosc } = await import("numcodecs/blosc");
  void size;
  return await Blosc.fromConfig({ id: "blosc" }).decode(bytes);
}
export async function encodeBlosc(bytes: Uint8Array, itemSize: number): Promise<Uint8Array> {
  void itemSize;
  const { default: Blosc } = await import("numcodecs/blosc");
  return await Blosc.fromConfig({ id: "blosc", cname: "lz4", clevel: 5, shuffle: 1 }).encode(bytes);
}
export const bloscLevel = 5;
