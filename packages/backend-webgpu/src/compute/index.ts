export type { ValueRange } from "./bindings.ts";
export { type BuffersOf, type Compute, compute, type ParamsOf } from "./compute.ts";
export {
  type BufferUse,
  type BufferUses,
  defineGroupShader,
  defineValueShader,
  type ParamTypes,
  type Shader,
  type ShaderSpec,
  type ValueShader,
  values,
  words,
} from "./shader.ts";
export { type NumberType, numberTypeOf, valuesPerWord } from "./value-text.ts";
