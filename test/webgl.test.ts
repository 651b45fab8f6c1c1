import { getBackend } from '@tensorflow/tfjs-core'
import { useWebgl } from 'gradus/webgl'
import { expect, test } from 'vitest'

test('where there is no WebGL, useWebgl says in one line what it expected', async () => {
  const before = getBackend()
  await expect(useWebgl()).rejects.toThrow(
    /^useWebgl: tfjs's WebGL back end did not start, expected a browser with WebGL 2$/,
  )
  expect(getBackend()).toBe(before)
})
