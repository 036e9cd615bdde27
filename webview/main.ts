import { render, html } from "lit";
import "./elements";
import { Panel } from "./panel";
import { keepState } from "./saved";
import "./style/base.css";
import "./style/flow.css";
import "./style/inspector.css";
import "./style/overlaid.css";
import "./style/scene.css";
import "./style/strip.css";
import "./style/timeline.css";
import "./views/app";

const vscode = acquireVsCodeApi();
const panel = new Panel(vscode);
keepState(panel, vscode);
render(html`<conv-app class="app" .panel=${panel}></conv-app>`, document.body);
void panel.start();
