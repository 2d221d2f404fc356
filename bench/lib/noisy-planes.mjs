// Five planes as a camera sees them: a smooth scene and its noise, the same each time.
export function noisyPlanes() {
  const [depth, side] = [5, 1024];
  const data = new Uint16Array(depth * side * side);
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let z = 0, i = 0; z < depth; z++)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++, i++) {
        const light = 1000 + 300 * Math.sin(x / 40 + z) * Math.cos(y / 50);
        data[i] = Math.round(light + (random() + random() + random() - 1.5) * 40);
      }
  return { shape: [depth, side, side], dtype: "uint16", data };
}
