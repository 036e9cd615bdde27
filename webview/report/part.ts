import { property } from "lit/decorators.js";
import { PagePart } from "../views/pagePart";
import type { ReportPage } from "./page";

export abstract class ReportPart extends PagePart {
  @property({ attribute: false }) page!: ReportPage;

  protected override get followed(): ReportPage {
    return this.page;
  }
}
