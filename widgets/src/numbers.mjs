// Numbers, as a reader sees them.

// Round a value to two significant digits.
export function roundValue(value) {
  const digits = 1 - Math.floor(Math.log10(value));
  return Number(value.toFixed(Math.max(0, Math.min(6, digits))));
}

// Write a number with few digits.
export function formatValue(value) {
  if (value === undefined) return "–";
  if (Number.isNaN(value)) return "not a number";
  if (value === Infinity) return "too large";
  if (value >= 1e5) return formatPower(value);
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

// Write a large number as one digit and a power of ten.
function formatPower(value) {
  const [digit, exponent] = value.toExponential(0).split("e+");
  return `${digit}\u00a0·\u00a010${superscript(exponent)}`; // on one line
}

// Write an integer as an exponent.
export function superscript(integer) {
  return [...String(integer)].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d] ?? "⁻").join("");
}
