import { html, render } from "lit";
import "../elements";
import "../style/base.css";
import "../style/overlaid.css";
import "../style/report.css";
import "../style/stages.css";
import { ReportPage } from "./page";
import "./view";

const page = new ReportPage(acquireVsCodeApi());
render(html`<conv-report class="app" .page=${page}></conv-report>`, document.body);
void page.start();
