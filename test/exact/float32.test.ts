import { describeRandomLayers } from "./random";

describeRandomLayers("float32");
