/** What TensorFlow.js takes for an `epsilon` that is null: its back ends' of float32. */
export const EPSILON = 1e-7
