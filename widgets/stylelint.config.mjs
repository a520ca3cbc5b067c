// What Stylelint requires of the style sheets: npm run lint.
export default {
  extends: "stylelint-config-standard",
  ignoreFiles: ["../**/*.min.css"],
  rules: {
    // Sheets are written in paragraphs, as the prose is.
    "at-rule-empty-line-before": null,
    "declaration-empty-line-before": null,
    "rule-empty-line-before": null,
    // The theme and Jupyter name the classes.
    "selector-class-pattern": null,
    // Rules stand by subject; where they meet, they say the same.
    "no-descending-specificity": null,
    "media-feature-range-notation": "prefix", // for older browsers
    "value-keyword-case": ["lower", { ignoreProperties: [/^font|^--/] }],
  },
};
