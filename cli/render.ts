export { nameOf } from "./render/line.js";
export { plainRenderer } from "./render/plain.js";
export type { Renderer, RenderOptions } from "./render/renderer.js";
export { changesOf } from "./render/summary.js";
