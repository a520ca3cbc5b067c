// What ESLint, which the tests fetch, asks of the scripts of the site.
import { createRequire } from "node:module";

const require = createRequire(new URL("_build/checkers/", import.meta.url));
const js = require("@eslint/js");
const globals = require("globals");

export default [
  { ignores: ["**/*.min.js"] },
  js.configs.recommended,
  {
    languageOptions: {
      sourceType: "script",
      globals: {
        ...globals.browser,
        DOCUMENTATION_OPTIONS: "readonly", // of Sphinx
      },
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: {
      sourceType: "module",
      // What bundle, in widgets/src, gives a script.
      globals: { KERNEL: "readonly", STYLE: "readonly", WORKER: "readonly" },
    },
    // Python counts some control characters as white space.
    rules: { "no-unused-vars": "error", "no-control-regex": "off" },
  },
  { files: ["tests/**"], languageOptions: { globals: globals.node } },
];
