// The float64 kernels: the signatures of `Kernels` in ../kernels.ts. Pointers and strides are bytes.
import * as windows from "./direct";
import * as micro from "./micro";
import * as packing from "./pack";
import * as sums from "./sums";

export function gemm(
  a: usize, b: usize, rows: i32, cols: i32, k: i32,
  c: usize, stride: usize, park: usize, bias: usize, mode: i32, spare: usize,
): void {
  micro.gemm<f64>(a, b, rows, cols, k, c, stride, park, bias, mode, spare);
}

export function direct(
  x: usize, rows: usize, count: i32, taps: usize, k: i32, weights: usize, out: usize, bias: usize, mode: i32, spare: usize,
): void {
  windows.direct<f64>(x, rows, count, taps, k, weights, out, bias, mode, spare);
}

export function packAcross(
  panel: usize, width: i32, source: usize, kTable: usize, kCount: i32, laneTable: usize, laneCount: i32,
): void {
  packing.packAcross<f64>(panel, width, source, kTable, kCount, laneTable, laneCount);
}

export function packAlong(
  panel: usize, width: i32, source: usize, kTable: usize, kCount: i32, laneTable: usize, laneCount: i32, stripBytes: usize,
): void {
  packing.packAlong<f64>(panel, width, source, kTable, kCount, laneTable, laneCount, stripBytes);
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
