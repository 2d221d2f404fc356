// Declares the names of the WebGPU types that this package publishes, so that its declarations hold where neither lib
// "dom" nor @webgpu/types is there; where one is, these merge with its interfaces.
declare global {
  // biome-ignore-start lint/suspicious/noEmptyInterface: merged with the interfaces of lib "dom" or @webgpu/types
  interface GPU {}
  interface GPUAdapter {}
  interface GPUBuffer {}
  interface GPUDevice {}
  // biome-ignore-end lint/suspicious/noEmptyInterface: as above
}

/** Bits of `GPUBufferDescriptor.usage` (W3C WebGPU); the globals of the same name are absent in Node. */
export const bufferUsage = {
  mapRead: 0x0001,
  copySource: 0x0004,
  copyTarget: 0x0008,
  uniform: 0x0040,
  storage: 0x0080,
} as const;

/** The mode of `GPUBuffer.mapAsync` for reading. */
export const mapForReading = 1;
