import assert from "node:assert/strict";
import { type NativeType, nativeType } from "../../../src/paused/nativeTypes";

describe("types of C and C++ as debuggers write them", () => {
  const array = (element: string, ...shape: number[]): NativeType => ({ kind: "array", element, shape });
  const cases: Readonly<Record<string, NativeType>> = {
    "float *": { kind: "pointer", element: "float" },
    "const uint16_t *": { kind: "pointer", element: "uint16_t" },
    "float *const": { kind: "pointer", element: "float" },
    "double **": { kind: "pointer", element: "double *" },
    "float[2][3]": array("float", 2, 3),
    "unsigned int [4]": array("unsigned int", 4),
    "const float (&)[4]": array("float", 4),
    "std::array<float, 12>": array("float", 12),
    "std::array<std::array<double, 2ul>, 3ul>": array("double", 3, 2),
    "std::array<int, 2> [5]": array("int", 5, 2),
    "std::vector<float, std::allocator<float> >": { kind: "vector", element: "float" },
    "std::__1::vector<double, std::__1::allocator<double> > &": { kind: "vector", element: "double" },
    "std::vector<std::vector<int>>": { kind: "vector", element: "std::vector<int>" },
    "const double &": { kind: "scalar", element: "double" },
    Layer: { kind: "scalar", element: "Layer" },
    "": { kind: "scalar", element: "" },
  };
  for (const [text, type] of Object.entries(cases)) it(text, () => assert.deepEqual(nativeType(text), type));
});
