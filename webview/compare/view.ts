import { property } from "lit/decorators.js";
import { PagePart } from "../views/pagePart";
import type { Comparison } from "./comparison";

export abstract class ComparisonView extends PagePart {
  @property({ attribute: false }) comparison!: Comparison;

  protected override get followed(): Comparison {
    return this.comparison;
  }
}
