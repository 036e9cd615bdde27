import { html, render } from "lit";
import "../elements";
import "../style/base.css";
import "../style/inspector.css";
import "../style/overlaid.css";
import "../style/compare.css";
import "./app";
import { Comparison } from "./comparison";
import { keepState } from "./saved";

const vscode = acquireVsCodeApi();
const comparison = new Comparison(vscode);
keepState(comparison, vscode);
render(html`<conv-compare class="compare" .comparison=${comparison}></conv-compare>`, document.body);
void comparison.start();
