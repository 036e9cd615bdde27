// Debugs Python with Debian's debugpy, for tests: the extension that does so elsewhere cannot be installed without a network.
const vscode = require("vscode");

const python = "/usr/bin/python3";

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory("debugpy", {
      createDebugAdapterDescriptor: () => new vscode.DebugAdapterExecutable(python, ["-m", "debugpy.adapter"]),
    }),
    vscode.debug.registerDebugConfigurationProvider("debugpy", {
      resolveDebugConfiguration: (_folder, configuration) =>
        configuration.type
          ? { python: [python], console: "internalConsole", ...configuration }
          : {
              type: "debugpy",
              request: "launch",
              name: "Python",
              program: vscode.window.activeTextEditor.document.fileName,
              python: [python],
              console: "internalConsole",
            },
    }),
  );
};
