import { describeRandomLayers } from "./random";

describeRandomLayers("float64");
