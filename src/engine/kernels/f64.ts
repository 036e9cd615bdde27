// The float64 kernels: the signatures of `Kernels` in ../kernels.ts. Pointers and strides are bytes.
import * as depthwise from "./depthwise";
import * as windows from "./direct";
import * as micro from "./micro";
import * as packing from "./pack";
import * as sums from "./sums";

export function gemm(
  a: usize, ai: usize, ak: usize, b: usize, rows: i32, cols: i32, k: i32,
  c: usize, stride: usize, park: usize, mode: i32, spare: usize,
): void {
  micro.gemm<f64>(a, ai, ak, b, rows, cols, k, c, stride, park, mode, spare);
}

export function addBias(c: usize, stride: usize, rows: i32, cols: i32, bias: usize): void {
  micro.addBias<f64>(c, stride, rows, cols, bias);
}

export function direct(
  x: usize, rows: usize, count: i32, taps: usize, k: i32, weights: usize, out: usize, mode: i32, spare: usize,
): void {
  windows.direct<f64>(x, rows, count, taps, k, weights, out, mode, spare);
}

export function directWeights(
  x: usize, rows: usize, count: i32, dout: usize, taps: usize, tapCount: i32, length: i32, kind: i32,
  total: usize, parked: usize, mode: i32, spare: usize,
): void {
  depthwise.weights<f64>(x, rows, count, dout, taps, tapCount, length, kind, total, parked, mode, spare);
}

export function directData(
  dout: usize, count: i32, filters: i32, planeBytes: usize, weights: usize, filterBytes: usize,
  kernelHeight: i32, kernelWidth: i32, dx: usize, lines: usize, lineStep: i32, from: i32, to: i32,
  origin: i32, stride: i32, dilation: i32, width: i32, spare: usize,
): void {
  depthwise.data<f64>(
    dout, count, filters, planeBytes, weights, filterBytes,
    kernelHeight, kernelWidth, dx, lines, lineStep, from, to, origin, stride, dilation, width, spare,
  );
}

export function packAcross(
  panel: usize, source: usize, kTable: usize, kCount: i32, laneTable: usize, laneCount: i32,
): void {
  packing.packAcross<f64>(panel, source, kTable, kCount, laneTable, laneCount);
}

export function packAlong(
  panel: usize, source: usize, kTable: usize, kCount: i32, laneTable: usize, laneCount: i32, stripBytes: usize,
): void {
  packing.packAlong<f64>(panel, source, kTable, kCount, laneTable, laneCount, stripBytes);
}

export function copyRows(to: usize, toPitch: usize, from: usize, fromPitch: usize, rows: i32, bytes: usize): void {
  packing.copyRows(to, toPitch, from, fromPitch, rows, bytes);
}

export function clear(to: usize, bytes: usize): void {
  memory.fill(to, 0, bytes);
}

export function pad(
  to: usize, source: usize, lines: i32, lineTable: usize, width: i32, begin: i32, size: i32, columnTable: usize,
): void {
  packing.pad<f64>(to, source, lines, lineTable, width, begin, size, columnTable);
}

export function sumRows(
  source: usize, pitch: usize, rows: i32, count: i32, total: usize, parked: usize, mode: i32,
): void {
  sums.sumRows<f64>(source, pitch, rows, count, total, parked, mode);
}

export function scatter(
  tile: usize, pitch: usize, count: i32, channels: i32, kernelHeight: i32, kernelWidth: i32,
  dx: usize, channelBytes: usize, lines: usize, lineStep: i32, from: i32, to: i32,
  origin: i32, stride: i32, dilation: i32, width: i32, columns: usize,
): void {
  sums.scatter<f64>(
    tile, pitch, count, channels, kernelHeight, kernelWidth,
    dx, channelBytes, lines, lineStep, from, to, origin, stride, dilation, width, columns,
  );
}
