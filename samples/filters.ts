// Select an array, or a whole statement, and run "Conv: Run Layer": it becomes the filter.

export const prewittX = [
  [-1, 0, 1],
  [-1, 0, 1],
  [-1, 0, 1],
];

export const emboss = [
  [-2, -1, 0],
  [-1, 1, 1],
  [0, 1, 2],
];

/** The Laplacian of a Gaussian: answers to blobs of about five cells. */
export const mexicanHat = [
  [0, 0, -1, 0, 0],
  [0, -1, -2, -1, 0],
  [-1, -2, 16, -2, -1],
  [0, -1, -2, -1, 0],
  [0, 0, -1, 0, 0],
];
