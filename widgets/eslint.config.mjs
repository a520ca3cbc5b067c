// What ESLint requires of the scripts: npm run lint.
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/*.min.js", "**/vendor/**"] },
  js.configs.recommended,
  {
    languageOptions: { sourceType: "script", globals: globals.browser },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: {
      sourceType: "module",
      // The constants that bundle.py defines in a script.
      globals: { STYLES: "readonly", WORKER: "readonly" },
    },
    rules: {
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", 50],
      "no-control-regex": "off", // Python counts some as white space
      "no-unused-vars": "error",
    },
  },
  { files: ["tests/**"], languageOptions: { globals: globals.node } },
];
